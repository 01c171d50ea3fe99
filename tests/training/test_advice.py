from tf_semsynth.systems.registry import get_config_class
from tf_semsynth.training.advice import give_advice


def advice(name, **fields):
    return give_advice(name, get_config_class(name).tiny(**fields))


def test_cc_fpse_without_colour_loss_is_warned_of_grey():
    (words,) = advice("cc_fpse", lambda_vgg=0.0, lambda_l1=0.0)
    assert "grey" in words and "--lambda_l1=10" in words


def test_one_of_the_two_losses_is_enough():
    assert advice("cc_fpse", lambda_vgg=10.0, lambda_l1=0.0) == []
    assert advice("cc_fpse", lambda_vgg=0.0, lambda_l1=10.0) == []


def test_spade_sees_contrast_by_itself():
    assert advice("spade", lambda_vgg=0.0, lambda_l1=0.0) == []
