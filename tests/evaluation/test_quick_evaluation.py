"""The quick look at a system during its training, against slow loops."""

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.networks import save_features, save_judge
from tests.evaluation.test_assembly import make_camvid
from tests.evaluation.test_synthesis import build, make, read_scenes
from tf_semsynth.data import catalog
from tf_semsynth.evaluation.feature_networks import SavedModelFeatures
from tf_semsynth.evaluation.quick_evaluation import (
    QuickEvaluation,
    load_quick_evaluation,
)

TABLE = [0, 1, 2, 3, 3, 3, 3, 3, 3, 3]  # Of the ten classes of scenes.


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """The folders of the tiny networks."""
    root = tmp_path_factory.mktemp("networks")
    judge = save_judge(root / "judge", label_png_to_class_id=TABLE)
    return str(save_features(root / "features")), str(judge)


@pytest.fixture(scope="module")
def system():
    classes = read_scenes(1).classes.num_classes
    return build("cc_fpse", classes, use_encoder=True)


def kernel(x, y):
    return (0.25 * (x @ y) / 6 + 1) ** 3  # Scale 0.5 of six features.


def unbiased_mmd(x, y):
    n, m = len(x), len(y)
    within_x = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n)
                   if i != j)  # fmt: skip
    within_y = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m)
                   if i != j)  # fmt: skip
    between = sum(kernel(a, b) for a in x for b in y)
    return (
        within_x / (n * (n - 1)) + within_y / (m * (m - 1))
        - 2 * between / (n * m)
    )  # fmt: skip


def test_scores_are_those_of_loops(system, networks, tmp_path):
    reader = read_scenes(7)
    quick = load_quick_evaluation(reader, *networks, num_pictures=3, seed=2)
    found = quick(system)
    assert list(found) == ["kid6", "mean_iou", "pixel_accuracy"]
    paths = make(system, reader, tmp_path, seed=2).write_pictures()
    chosen = [reader.names[index] for index in (0, 2, 4)]
    assert quick.identity["pictures"] == chosen
    network = SavedModelFeatures(networks[0], "scenes")
    made, real = [], []
    for index, name in zip((0, 2, 4), chosen, strict=True):
        picture = Image.open(paths[name])
        photo = Image.fromarray(reader.read(index).image)
        for rows, image in ((made, picture), (real, photo)):
            small = np.asarray(image.resize((8, 6), Image.BICUBIC))
            rows.append(network.extract(small[None])[0].astype(float))
    expected = unbiased_mmd(np.array(made), np.array(real))
    assert found["kid6"] == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert 0 <= found["mean_iou"] <= found["pixel_accuracy"] <= 1


def test_the_judge_compares_with_the_labels(system, networks):
    """A system that paints the judge's colours is always right."""
    from tests.evaluation.networks import COLOURS

    reader = read_scenes(4)

    class Perfect:
        config, uses_noise, has_encoder = system.config, True, True

        def prepare_layout(self, batch):
            return batch["class_ids"]

        def synthesize(self, ids, seed=None, latent=None):
            return COLOURS[np.array(TABLE)[ids]] / 127.5 - 1.0

    quick = load_quick_evaluation(reader, *networks)
    quick._judge.working_size = None  # Each pixel by itself.
    found = quick(Perfect())
    assert found["pixel_accuracy"] == found["mean_iou"] == 1


def test_it_gives_the_same_again_and_without_a_judge(system, networks):
    before = [np.asarray(w) for w in system.generator.weights]
    reader = read_scenes(5)
    quick = load_quick_evaluation(reader, networks[0], num_pictures=4)
    first = quick(system)
    assert list(first) == ["kid6"] and quick(system) == first
    assert quick.identity["judge"] is None
    for value, weight in zip(before, system.generator.weights, strict=True):
        np.testing.assert_array_equal(value, weight)
    other = load_quick_evaluation(reader, networks[0], None, 4, seed=1)
    assert other(system) != first and other.identity != quick.identity


def test_label_files_are_read_by_their_bytes(tmp_path):
    data = make_camvid(tmp_path)
    reader = catalog.open_dataset("camvid", data, "validation")
    judge = save_judge(tmp_path / "judge")
    features = save_features(tmp_path / "features")
    quick = load_quick_evaluation(reader, str(features), str(judge))
    label = quick._read_label(1, (64, 32))
    path = data / "valannot" / f"{reader.names[1]}.png"
    with Image.open(path) as picture:
        expected = read_nearest(picture, (64, 32))
    np.testing.assert_array_equal(label, expected)
    assert len(quick.identity["pictures"]) == 4


def read_nearest(picture, size):
    return np.asarray(picture.resize(size, Image.NEAREST))


def test_mistakes_are_told_in_words(networks, tmp_path):
    reader = read_scenes(3)
    with pytest.raises(FileNotFoundError, match="--eval_features=no"):
        load_quick_evaluation(reader, "no/where")
    with pytest.raises(FileNotFoundError, match="--judge"):
        load_quick_evaluation(reader, networks[0], "no/where")
    features = SavedModelFeatures(networks[0], "scenes")
    with pytest.raises(ValueError, match="has 1"):
        QuickEvaluation(read_scenes(1), features)
    judge = save_judge(tmp_path / "judge", label_png_to_class_id=[0, 1, 2, 3])
    quick = load_quick_evaluation(reader, networks[0], str(judge))
    with pytest.raises(ValueError, match="scene_0000.: holds the values"):
        for index in range(3):
            quick._read_label(index, (64, 64))
