import io

import numpy as np
import tensorflow as tf
from PIL import Image

from tests.training import painter
from tests.training.painter import H, K, W, make_batch
from tf_semsynth.core.classes import default_colour
from tf_semsynth.training.progress import Progress
from tf_semsynth.training.samples import SampleGrid, make_grid


def make_action(tmp_path, batch, **options):
    system = painter.build(ema_decay=0.9)
    folders = str(tmp_path / "samples"), str(tmp_path / "logs")
    return system, SampleGrid(system, batch, *folders, **options)


def test_grid_puts_columns_side_by_side():
    columns = [np.full((2, 3, 5, 3), value, "uint8") for value in (10, 20, 30)]
    columns[1][1] = 21
    grid = make_grid(columns)
    assert grid.shape == (2 * (3 + 2) + 2, 3 * (5 + 2) + 2, 3)
    assert (grid[2:5, 2:7] == 10).all()
    assert (grid[2:5, 9:14] == 20).all()
    assert (grid[7:10, 9:14] == 21).all()
    assert (grid[7:10, 16:21] == 30).all()
    assert (grid[:2] == 255).all() and (grid[:, 7:9] == 255).all()


def test_rows_go_on_in_the_next_block():
    values = np.arange(10, 15, dtype="uint8").reshape(5, 1, 1, 1)
    columns = [values * np.ones((5, 3, 5, 3), "uint8") + k for k in (0, 100)]
    grid = make_grid(columns, num_blocks=2)
    assert grid.shape == (3 * (3 + 2) + 2, 4 * (5 + 2) + 2, 3)
    firsts = grid[2::5, 2::7, 0]
    expected = [[10, 110, 13, 113], [11, 111, 14, 114], [12, 112, 255, 255]]
    np.testing.assert_array_equal(firsts, expected)


def test_layout_synthesized_and_real_are_shown(tmp_path):
    batch = make_batch(0, batch_size=2)
    system, action = make_action(tmp_path, batch)
    action.act(Progress(step=40, num_steps=50, batch_size=2))
    image = np.asarray(Image.open(tmp_path / "samples/step_00000040.png"))
    layout = image[2 : 2 + H, 2 : 2 + W]
    drawn = image[2 : 2 + H, 4 + W : 4 + 2 * W]
    real = image[2 : 2 + H, 6 + 2 * W : 6 + 3 * W]
    ids = batch["class_ids"][0]
    for k in range(K):
        assert (layout[ids == k] == default_colour(k)).all()
    expected = np.asarray(system.synthesize(batch))[0]
    assert (drawn == ((expected + 1) / 2 * 255).astype("uint8")).all()
    assert (real == ((batch["image"][0] + 1) / 2 * 255).astype("uint8")).all()


def test_without_real_pictures_there_are_two_columns(tmp_path):
    batch = {"class_ids": make_batch(0)["class_ids"]}
    _, action = make_action(tmp_path, batch)
    action.act(Progress(1, 1, 1))
    image = Image.open(tmp_path / "samples/step_00000001.png")
    assert image.size == (2 * (W + 2) + 2, 4 * (H + 2) + 2)


def test_tensorboard_gets_the_same_grid(tmp_path):
    _, action = make_action(tmp_path, make_batch(0))
    action.act(Progress(7, 9, 1))
    action.end(None)
    (file,) = (tmp_path / "logs").iterdir()
    events = list(tf.compat.v1.train.summary_iterator(str(file)))
    assert events[-1].step == 7
    content = events[-1].summary.value[0].tensor.string_val[2]
    logged = np.asarray(Image.open(io.BytesIO(content)))
    written = Image.open(tmp_path / "samples/step_00000007.png")
    np.testing.assert_array_equal(logged, np.asarray(written))


def test_the_start_is_drawn_once_in_a_training(tmp_path):
    _, action = make_action(tmp_path, make_batch(0))
    action.begin(Progress(5, 9, 1))
    assert not (tmp_path / "samples").exists()
    action.begin(Progress(0, 9, 1))
    names = [path.name for path in (tmp_path / "samples").iterdir()]
    assert names == ["step_00000000.png"]


def test_averaged_weights_draw_and_the_raw_ones_come_back(tmp_path):
    batch = make_batch(0, batch_size=1)
    system, action = make_action(tmp_path, batch)
    averaged = np.asarray(system.synthesize(batch))[0]
    raw = [weight + 1 for weight in system.generator.get_weights()]
    system.generator.set_weights(raw)
    action.act(Progress(1, 1, 1))
    image = np.asarray(Image.open(tmp_path / "samples/step_00000001.png"))
    drawn = image[2 : 2 + H, 4 + W : 4 + 2 * W]
    assert (drawn == ((averaged + 1) / 2 * 255).astype("uint8")).all()
    for expected, value in zip(
        raw, system.generator.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(value, expected)
