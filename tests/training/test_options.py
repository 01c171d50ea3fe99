import pytest

from tf_semsynth.training.options import TrainingOptions


def test_steps_come_from_steps_epochs_or_the_system():
    assert TrainingOptions(num_steps=7).count_steps(10, 50) == 7
    assert TrainingOptions(num_epochs=1.5).count_steps(10, 50) == 15
    assert TrainingOptions().count_steps(10, 50) == 500
    assert TrainingOptions(num_epochs=0.01).count_steps(10, 50) == 1


@pytest.mark.parametrize(
    "options, words",
    [
        ({"num_steps": 1, "num_epochs": 1.0}, "not both"),
        ({"batch_size": 0}, "`batch_size` must be at least 1"),
        ({"num_epochs": 0.0}, "`num_epochs` must be above 0"),
        ({"ema_decay": 1.0}, "below 1"),
        ({"strategy": "horovod"}, "`strategy` must be one of"),
        ({"precision": "float16"}, "mixed_bfloat16"),
        ({"keep_checkpoints": 0}, "at least 1"),
        ({"eval_every": 5}, "--eval_features=<SavedModel"),
        ({"eval_pictures": 1}, "at least 2"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        TrainingOptions(**options)


def test_a_training_without_a_length_is_refused():
    with pytest.raises(ValueError, match="--num_steps or --num_epochs"):
        TrainingOptions().count_steps(10, 0)
