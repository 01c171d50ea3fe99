"""The published SPADE files give the published options."""

import numpy as np
import pytest

from tf_semsynth.systems.spade.official_sizes import infer_fields


def _spade(channels, filters=64, has_up_4=False, statistics=True, kernel=3):
    last = filters // 2 if has_up_4 else filters
    norm = "head_0.norm_0"
    state = {
        "fc.weight": np.broadcast_to(0.0, (16 * filters, channels, 3, 3)),
        "head_0.conv_0.weight_orig": np.zeros(1),
        f"{norm}.mlp_shared.0.weight": np.broadcast_to(
            0.0, (128, channels, kernel, kernel)
        ),
        "conv_img.weight": np.zeros((3, last, 3, 3)),
    }
    if statistics:
        state[f"{norm}.param_free_norm.running_mean"] = np.zeros(1)
    if has_up_4:
        state["up_4.conv_0.weight_orig"] = np.zeros(1)
    return state


@pytest.mark.parametrize(
    ("channels", "num_classes", "size", "width"),
    [
        (151, 151, "normal", 256),
        (184, 183, "normal", 256),
        (36, 35, "more", 512),
    ],
)
def test_published_networks(channels, num_classes, size, width):
    fields = infer_fields({"generator": _spade(channels)}, {})
    assert fields == {
        "generator_type": "spade",
        "num_classes": num_classes,
        "use_edges": num_classes != channels,
        "size": size,
        "generator_filters": 64,
        "hidden_filters": 128,
        "spade_kernel_size": 3,
        "spade_normalization": "batch",
        "use_spectral_norm": True,
        "use_encoder": False,
        "image_height": 256,
        "image_width": width,
    }


def test_variants_are_recognised():
    state = _spade(6, filters=8, has_up_4=True, statistics=False, kernel=5)
    fields = infer_fields({"generator": state}, {})
    assert fields["size"] == "most"
    assert fields["generator_filters"] == 8
    assert fields["spade_normalization"] == "instance"
    assert fields["spade_kernel_size"] == 5


def test_a_given_size_wins_where_the_tensors_are_the_same():
    fields = infer_fields({"generator": _spade(36)}, {"size": "normal"})
    assert fields["size"] == "normal"


def test_the_pix2pixhd_generator_is_recognised():
    state = {"model.1.0.weight_orig": np.zeros((16, 6, 7, 7))}
    for index in (9, 10, 11, 12):  # After three halvings: 3 + 2 * 3.
        for part in (1, 4):
            key = f"model.{index}.conv_block.{part}.0.weight_orig"
            state[key] = np.zeros((128, 128, 3, 3))
    fields = infer_fields({"generator": state}, {})
    assert fields == {
        "generator_type": "pix2pixhd",
        "use_encoder": False,
        "num_classes": 6,
        "use_edges": False,
        "generator_filters": 16,
        "resnet_initial_kernel_size": 7,
        "resnet_downsamples": 3,
        "resnet_blocks": 4,
        "resnet_kernel_size": 3,
        "use_spectral_norm": True,
    }


def test_the_discriminators_are_counted():
    state = {}
    for scale in range(3):
        for layer in range(5):
            key = f"discriminator_{scale}.model{layer}.0.weight"
            state[key] = np.zeros((32, 9, 4, 4))
    states = {"generator": _spade(6), "discriminator": state}
    fields = infer_fields(states, {})
    assert fields["discriminator_scales"] == 3
    assert fields["discriminator_layers"] == 4
    assert fields["discriminator_filters"] == 32


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"generator": {"a.b": np.zeros(1)}}, "no SPADE generator"),
        (
            {"generator": {"model.1.0.weight": np.zeros((1, 1, 7, 7))}},
            "no pix2pixHD generator",
        ),
        (
            {"generator": _spade(6), "discriminator": {"a": np.zeros(1)}},
            "no discriminator of SPADE",
        ),
    ],
)
def test_other_files_are_refused(states, words):
    with pytest.raises(ValueError, match=words):
        infer_fields(states, {})
