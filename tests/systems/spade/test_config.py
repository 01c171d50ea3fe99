import pytest

from tf_semsynth.systems.spade.config import Config


def test_defaults_are_the_published_ade20k_setting():
    config = Config()
    assert (config.num_classes, config.image_height) == (151, 256)
    assert config.generator_filters == 64 and config.hidden_filters == 128
    assert not config.use_encoder and not config.use_edges


@pytest.mark.parametrize(
    ("size", "multiple"), [("normal", 32), ("more", 64), ("most", 128)]
)
def test_each_depth_needs_its_own_multiple(size, multiple):
    Config(size=size, image_height=multiple, image_width=3 * multiple)
    with pytest.raises(ValueError, match=f"multiple of {multiple}"):
        Config(size=size, image_height=multiple * 3 // 2, image_width=multiple)


def test_pix2pixhd_needs_fewer_halvings():
    Config(generator_type="pix2pixhd", image_height=48, image_width=80)
    with pytest.raises(ValueError, match="multiple of 16"):
        Config(generator_type="pix2pixhd", image_height=40)


def test_pix2pixhd_has_no_latent_vector():
    with pytest.raises(ValueError, match="no latent vector"):
        Config(generator_type="pix2pixhd", use_encoder=True)
