"""The published CC-FPSE files give the published options."""

import numpy as np
import pytest

from tf_semsynth.systems.cc_fpse.official_sizes import infer_fields


def _state(channels, is_deep=False, pixels=None):
    n, hidden = 64, 128
    fc = (16 * n * pixels, 256) if pixels else (16 * n, channels, 3, 3)
    levels = 7 if is_deep else 6
    state = {
        "fc.weight": np.broadcast_to(0.0, fc),
        "conv_img.weight": np.zeros((3, n, 3, 3)),
        "head_0.gen_weights1.0.weight": np.broadcast_to(
            0.0, (hidden, channels + n, 3, 3)
        ),
    }
    for level in range(1, levels + 1):
        shape = (n, channels if level == 1 else n, 3, 3)
        state[f"labelenc{level}.0.0.weight_orig"] = np.broadcast_to(0.0, shape)
    return state


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (_state(151, pixels=64), (151, False, "normal", 256, 256, True)),
        (_state(151), (151, False, "normal", 256, 256, False)),
        (_state(184, pixels=64), (183, True, "normal", 256, 256, True)),
        (
            _state(36, is_deep=True, pixels=32),
            (35, True, "more", 256, 512, True),
        ),
    ],
    ids=["ade20k", "ade20k_without_encoder", "coco_stuff", "cityscapes"],
)
def test_published_networks(state, expected):
    fields = infer_fields({"generator": state}, {})
    names = (
        "num_classes",
        "use_edges",
        "size",
        "image_height",
        "image_width",
        "use_encoder",
    )
    assert tuple(fields[name] for name in names) == expected
    assert fields["generator_filters"] == 64
    assert fields["hidden_filters"] == 128


def test_the_discriminator_tells_its_own_width():
    states = {
        "generator": _state(151),
        "discriminator": {"enc1.0.0.weight_orig": np.zeros((48, 3, 3, 3))},
    }
    assert infer_fields(states, {})["discriminator_filters"] == 48


def test_another_generator_is_refused():
    with pytest.raises(ValueError, match="no CC-FPSE generator.*model.1"):
        infer_fields({"generator": {"model.1.weight": np.zeros(1)}}, {})
