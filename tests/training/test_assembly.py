import pytest

from tests.training import painter
from tf_semsynth.data.options import DataOptions
from tf_semsynth.training.assembly import Training
from tf_semsynth.training.options import TrainingOptions


def make_config(base):
    return base or painter.Config(
        num_classes=10, image_height=32, image_width=48
    )


def make_training(workdir=None, data=None, **options):
    settings = {"batch_size": 2, "num_steps": 2, **options}
    return Training(
        "painter",
        make_config,
        TrainingOptions(**settings),
        data or DataOptions(num_scenes=4),
        workdir=workdir,
        report=lambda words: None,
    )


def test_the_data_set_gives_the_classes():
    training = make_training()
    assert training.config.num_classes == training.classes.num_classes
    assert training.steps_per_epoch == 2


def test_epochs_become_steps():
    training = make_training(num_steps=None, num_epochs=3)
    assert training.num_steps == 6


def test_the_config_s_epochs_are_the_default_length():
    assert make_training(num_steps=None).num_steps == 5 * 2


def test_it_trains_in_a_work_directory(tmp_path):
    result = make_training(tmp_path).train()
    assert result.step == 2
    assert (tmp_path / "config.json").exists()
    # The same again has nothing left to do.
    assert make_training(tmp_path).train().step == 2


def test_other_settings_in_the_same_work_directory_are_refused(tmp_path):
    make_training(tmp_path).train()
    with pytest.raises(ValueError, match="training.seed"):
        make_training(tmp_path, seed=5)


def test_too_few_pictures_for_a_batch_are_refused():
    with pytest.raises(ValueError, match="fewer than one batch"):
        make_training(batch_size=8)
