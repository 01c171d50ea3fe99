import copy
import dataclasses
import functools

import numpy as np
import pytest
import tensorflow as tf

from tests.training.painter import (
    assert_equal,
    build,
    make_batch,
    make_dataset,
    values_of,
)
from tf_semsynth.core.config import option
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.systems.not_finite import NotFiniteError
from tf_semsynth.training.resume import check_same_training
from tf_semsynth.training.strategy import make_strategy
from tf_semsynth.training.trainer import train

CONTENTS = {
    "files": {"label_map": {"sha256": "1", "rows": ["0,0", "2,1"]}},
    "file_classes": None,
    "examples": "ab",
    "examples_in_order": "ab",
}
CONFIG = {
    "system": "tiny",
    "config": {"num_classes": 3, "generator_filters": 4},
    "classes": {"names": ["a", "b", "c"]},
    "data": {"dataset": "scenes", "data_dir": "/here", "label_map": "/m.csv"},
    "training": {
        "seed": 1,
        "batch_size": 4,
        "num_steps": 9,
        "init_from": None,
        "contents": CONTENTS,
    },
}


@dataclasses.dataclass(frozen=True)
class Data:
    dataset: str = option("scenes", "")
    data_dir: str | None = option(None, "", path="place")
    label_map: str | None = option(None, "", path="content")
    flip: bool | None = option(None, "")


def check(before, now, **options):
    check_same_training(before, now, "run", {"data": Data}, **options)


def test_the_same_settings_may_go_on():
    now = copy.deepcopy(CONFIG)
    now["data"].update(data_dir="/there", label_map="/there/m.csv")
    now["training"].update(num_steps=20, init_from="/gone")
    words = []
    check(CONFIG, now, report=words.append)
    assert words == []


def test_all_differences_are_named_with_both_values():
    now = copy.deepcopy(CONFIG)
    now["system"] = "other"
    now["config"]["generator_filters"] = 8
    now["config"]["latent_dim"] = 2
    now["training"]["seed"] = None
    with pytest.raises(ValueError) as error:
        check(CONFIG, now)
    words = str(error.value)
    assert "system: 'tiny' there, 'other' now" in words
    assert "config.generator_filters: 4 there, 8 now" in words
    assert "config.latent_dim: None there, 2 now" in words
    assert "training.seed: 1 there, None now" in words
    assert "num_steps" not in words and "--init_from=run" in words


def test_an_option_that_is_new_has_its_default_in_old_trainings():
    now = copy.deepcopy(CONFIG)
    now["data"]["flip"] = None
    check(CONFIG, now)
    now["data"]["flip"] = True
    with pytest.raises(ValueError, match="data.flip: None there, True now"):
        check(CONFIG, now)


def test_an_option_that_is_no_more_is_said():
    before, words = copy.deepcopy(CONFIG), []
    before["data"]["gone"] = 3
    check(before, CONFIG, report=words.append)
    (said,) = words
    assert "data.gone=3" in said


def test_a_map_or_none_makes_a_difference():
    now = copy.deepcopy(CONFIG)
    now["data"]["label_map"] = None
    with pytest.raises(ValueError, match="data.label_map: '/m.csv' there"):
        check(CONFIG, now)


def test_a_file_with_another_content_is_refused_by_its_rows():
    now = copy.deepcopy(CONFIG)
    now["training"]["contents"]["files"]["label_map"] = {
        "sha256": "2",
        "rows": ["0,0", "2,0"],
    }
    with pytest.raises(ValueError, match="label_map: 2,1 there, 2,0 now"):
        check(CONFIG, now)


def test_what_an_old_version_did_not_keep_is_said():
    before, words = copy.deepcopy(CONFIG), []
    del before["training"]["contents"], before["training"]["init_from"]
    check(before, CONFIG, report=words.append, is_begun=False)
    (said,) = words
    assert "--label_map" in said and "examples" in said


def test_before_the_first_checkpoint_other_first_weights_are_refused():
    now = copy.deepcopy(CONFIG)
    now["training"]["init_from"] = "/other"
    with pytest.raises(ValueError, match="no checkpoint yet") as error:
        check(CONFIG, now, is_begun=False)
    assert "init_from: None there, '/other' now" in str(error.value)


def run(system, path, num_steps, dataset=make_dataset, **options):
    options = {"checkpoint_every": 2, "log_every": 1, **options}
    return train(system, dataset, WorkDir(path), num_steps, 4, **options)


def test_a_resumed_run_equals_an_unbroken_one(tmp_path):
    unbroken = build()
    run(unbroken, tmp_path / "unbroken", 6)
    run(build(), tmp_path / "broken", 3)
    resumed = build()
    result = run(resumed, tmp_path / "broken", 6)
    assert result.step == 6
    assert_equal(unbroken, resumed)


def test_a_checkpoint_of_two_devices_goes_on_with_one(tmp_path):
    strategy = make_strategy("mirrored")
    run(build(strategy, ema_decay=0.9), tmp_path, 2, strategy=strategy)
    resumed, unbroken = build(ema_decay=0.9), build(ema_decay=0.9)
    run(resumed, tmp_path, 4)
    run(unbroken, tmp_path / "unbroken", 4)
    pairs = zip(values_of(resumed), values_of(unbroken), strict=True)
    for value, expected in pairs:
        np.testing.assert_allclose(value, expected, atol=1e-5)


def test_a_damaged_checkpoint_costs_only_its_steps(tmp_path):
    unbroken = build()
    run(unbroken, tmp_path, 6)
    for path in (tmp_path / "checkpoints/step_00000006").glob("weights.*"):
        path.write_bytes(path.read_bytes()[:-3])
    words = []
    resumed = build()
    run(resumed, tmp_path, 6, report=words.append)
    assert "step_00000006 is damaged" in words[0]
    assert "Resuming from" in words[1] and "step_00000004" in words[1]
    assert_equal(unbroken, resumed)


def test_after_a_nan_the_last_checkpoint_stands(tmp_path):
    dataset = functools.partial(make_dataset, spoiled_step=5)
    with pytest.raises(NotFiniteError):
        run(build(), tmp_path, 8, dataset)
    names = sorted(p.name for p in (tmp_path / "checkpoints").iterdir())
    assert names == ["step_00000002", "step_00000004"]
    resumed = build()
    run(resumed, tmp_path, 8)  # The data are repaired.
    unbroken = build()
    run(unbroken, tmp_path / "unbroken", 8)
    assert_equal(unbroken, resumed)


def test_the_work_directory_gets_all_its_parts(tmp_path):
    run(build(), tmp_path, 5, samples=make_batch(0), sample_every=3)
    names = sorted(p.name for p in (tmp_path / "samples").iterdir())
    assert names == [f"step_{i:08d}.png" for i in (0, 3, 5)]
    tags = set()
    for path in (tmp_path / "logs").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            tags |= {(v.tag, event.step) for v in event.summary.value}
    assert {("loss/generator/l1", i) for i in range(1, 6)} <= tags
    assert ("images_per_second", 5) in tags
    assert ("samples", 3) in tags


def test_finished_trainings_say_so(tmp_path):
    run(build(), tmp_path, 2)
    words = []
    assert run(build(), tmp_path, 2, report=words.append).step == 2
    assert words[-1] == "All 2 steps are done already."


def test_a_batch_too_odd_for_the_devices_is_refused_first(tmp_path):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with pytest.raises(ValueError, match="--batch_size=2"):
        train(None, None, None, 1, batch_size=3, strategy=strategy)
