"""Options read off the shapes of official tensors."""

import numpy as np
import pytest

from tf_semsynth.systems.official_sizes import layout_fields, start_fields


@pytest.mark.parametrize(
    ("channels", "given", "num_classes", "use_edges"),
    [
        (151, {}, 151, False),  # ADE20K.
        (184, {}, 183, True),  # COCO-Stuff.
        (36, {}, 35, True),  # Cityscapes.
        (36, {"use_edges": False}, 36, False),
        (36, {"num_classes": 36}, 36, False),
        (14, {"num_classes": 13}, 13, True),
        (14, {"use_edges": True}, 13, True),
    ],
)
def test_layout_channels_are_classes_and_perhaps_borders(
    channels, given, num_classes, use_edges
):
    expected = {"num_classes": num_classes, "use_edges": use_edges}
    assert layout_fields(channels, given) == expected


def _state(pixels=None, filters=2, latent_dim=8):
    shape = (16 * filters, 6, 3, 3)
    if pixels:
        shape = (16 * filters * pixels, latent_dim)
    return {
        "fc.weight": np.zeros(shape),
        "conv_img.weight": np.zeros((3, filters, 3, 3)),
    }


@pytest.mark.parametrize(
    ("pixels", "given", "height", "width"),
    [
        (64, {}, 256, 256),
        (32, {}, 128, 256),
        (32, {"image_height": 256}, 256, 128),
        (32, {"image_width": 512}, 64, 512),
        (12, {"image_height": 96}, 96, 128),
    ],
)
def test_the_first_layer_of_an_encoder_gives_the_size(
    pixels, given, height, width
):
    fields = start_fields(_state(pixels), "normal", (256, 256), given)
    assert fields == {
        "use_encoder": True,
        "latent_dim": 8,
        "image_height": height,
        "image_width": width,
    }


def test_a_size_that_the_file_leaves_open_is_asked_for():
    with pytest.raises(ValueError, match="12 pixels.*--image_height"):
        start_fields(_state(12), "normal", (256, 256), {})


def test_without_an_encoder_the_size_is_the_default():
    fields = start_fields(_state(), "normal", (256, 512), {})
    assert fields == {
        "use_encoder": False,
        "image_height": 256,
        "image_width": 512,
    }


def test_a_file_without_the_first_layer_is_refused():
    with pytest.raises(ValueError, match="fc.weight"):
        start_fields({}, "normal", (256, 256), {})
