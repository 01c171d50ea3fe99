import pytest

from tf_semsynth.systems.cc_fpse.config import Config


def test_defaults_are_the_published_ade20k_setting():
    config = Config()
    assert (config.num_classes, config.image_height) == (151, 256)
    assert config.generator_filters == config.discriminator_filters == 64
    assert config.use_encoder and not config.use_edges


def test_sizes_that_cannot_be_doubled_are_refused_with_one_that_can():
    with pytest.raises(ValueError, match="Try --image_height=256"):
        Config(image_height=250)


def test_the_deeper_generator_needs_multiples_of_64():
    Config(size="normal", image_height=96, image_width=96)
    with pytest.raises(ValueError, match="multiple of 64"):
        Config(size="more", image_height=96, image_width=128)


def test_pictures_too_small_for_the_discriminator_bind_training_alone():
    config = Config(image_height=32, image_width=64)
    with pytest.raises(ValueError, match="at least 64.*32 x 64"):
        config.check_training()
    Config(image_height=64, image_width=64).check_training()


def test_without_a_loss_that_sees_contrast_it_warns_of_grey():
    (words,) = Config(lambda_vgg=0.0).advice("float32")
    assert "grey" in words and "--lambda_l1=10" in words
    assert Config().advice("float32") == []


def test_unknown_sizes_are_refused():
    with pytest.raises(ValueError, match="size"):
        Config(size="huge")
