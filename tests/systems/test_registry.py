import dataclasses
import json

import numpy as np
import pytest

import tf_semsynth as ss
from tests.training import painter
from tests.workdirs import make_workdir, randomize
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.systems import registry
from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.system import SPADE


def test_the_published_systems_are_listed():
    assert {"cc_fpse", "spade"} <= set(ss.list_systems())
    assert list(ss.list_systems()) == sorted(ss.list_systems())


def test_a_name_gives_class_and_config():
    assert registry.get_system_class("spade") is SPADE
    assert registry.get_config_class("spade") is Config


def test_fields_go_into_the_config():
    system = ss.build_system("painter", kernel_size=5)
    assert system.config.kernel_size == 5
    assert registry.system_name(system) == "painter"


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="'spaed'.*cc_fpse"):
        ss.build_system("spaed")


def test_an_unknown_field_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="no option with.*image_width"):
        ss.build_system("spade", with_=3)


def test_a_missing_plugin_is_named(tmp_path):
    path = make_workdir(tmp_path, painter.build())
    config = json.loads((tmp_path / "config.json").read_text())
    config.update(system="mine", plugins=["mine.py"])
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="--plugin=mine.py"):
        ss.load_system(path)


def test_a_taken_name_is_refused():
    class Other(painter.Painter):
        pass

    for name in ("spade", "painter"):
        with pytest.raises(ValueError, match="exists already"):
            ss.register_system(name, Other, painter.Config)
    # The same once more, as from a file that is read twice, is no mistake.
    ss.register_system("painter", painter.Painter, painter.Config)


def test_a_class_that_is_not_registered_has_no_name():
    class Nameless(painter.Painter):
        pass

    with pytest.raises(ValueError, match="register_system"):
        registry.system_name(Nameless(painter.Config()))


def test_a_work_directory_gives_back_the_system(tmp_path):
    config = Config.tiny(num_classes=3, image_width=64)
    classes = ClassTable.default(3, unknown_id=2)
    system = ss.build_system("spade", classes, **dataclasses.asdict(config))
    randomize(system)
    loaded = ss.load_system(make_workdir(tmp_path, system))
    assert loaded.config == config and loaded.classes == classes
    assert loaded.absent_networks == set()
    for ours, other in zip(
        loaded.generator.weights, system.generator.weights, strict=True
    ):
        np.testing.assert_array_equal(ours, other)


def test_a_loaded_system_is_as_old_as_its_checkpoint(tmp_path):
    system = painter.build()
    loaded = ss.load_system(make_workdir(tmp_path, system, step=7))
    assert int(loaded.train_steps) == 7


def test_the_average_wins_over_the_raw_weights(tmp_path):
    system = painter.build(ema_decay=0.9)
    for average in system.ema.averages:
        average.assign(0.5 + 0 * average)
    loaded = ss.load_system(make_workdir(tmp_path, system))
    for weight in loaded.generator.weights:
        np.testing.assert_array_equal(weight, np.full(weight.shape, 0.5))


def test_a_work_directory_without_a_checkpoint_says_what_to_do(tmp_path):
    system = painter.build()
    path = make_workdir(tmp_path, system)
    for checkpoint in (tmp_path / "checkpoints").iterdir():
        checkpoint.rename(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="Train first"):
        ss.load_system(path)
