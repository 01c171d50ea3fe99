"""What the authors' SPADE files tell about the options."""

import re

from tf_semsynth.systems.official_sizes import (
    ENCODER_SIGNS,
    layout_fields,
    start_fields,
)

CITYSCAPES_CHANNELS = 36  # 35 classes and instance borders.
_HIDDEN = "head_0.norm_0.mlp_shared.0.weight"
_SPADE_SIGNS = ("fc.weight", "conv_img.weight", _HIDDEN)
_PIX2PIXHD_SIGNS = ("model.1.0.weight", "model.1.0.weight_orig")
# Keys by which the networks are found in a file, whatever their options.
SIGNS = {
    "generator": (*_SPADE_SIGNS, *_PIX2PIXHD_SIGNS),
    "discriminator": ("discriminator_0.model0.0.weight",),
    "encoder": ENCODER_SIGNS,
}


def infer_fields(states, given):
    """Finds the fields of `Config` that the files determine.

    Args:
        states: dict, network name -> official key -> array; "generator" is
            there, "discriminator" may be.
        given: dict, fields that the user has set; they win where the files
            leave a choice.

    Returns:
        Dictionary of fields of `Config`.

    Raises:
        ValueError: the generator is none of SPADE's two.
    """
    state = states["generator"]
    fields = {
        "use_spectral_norm": any(k.endswith("weight_orig") for k in state)
    }
    if any(key.startswith("model.1.") for key in state):
        fields.update(_pix2pixhd_fields(state, given))
    else:
        fields.update(_spade_fields(state, given))
    discriminator = states.get("discriminator")
    if discriminator:
        fields.update(_discriminator_fields(discriminator))
    return fields


def _spade_fields(state, given):
    for key in _SPADE_SIGNS:
        if key not in state:
            raise ValueError(
                f"The generator's file has no tensor `{key}`: it is no SPADE "
                f"generator. Its first keys are {', '.join(list(state)[:3])}."
            )
    filters, channels, kernel_size, _ = state[_HIDDEN].shape
    size = given.get("size", _size(state, channels))
    last = state["conv_img.weight"].shape[1]
    statistics = "head_0.norm_0.param_free_norm.running_mean"
    wide = channels == CITYSCAPES_CHANNELS
    return {
        "generator_type": "spade",
        "size": size,
        "generator_filters": last * 2 if size == "most" else last,
        "hidden_filters": filters,
        "spade_kernel_size": kernel_size,
        "spade_normalization": "batch" if statistics in state else "instance",
        **layout_fields(channels, given),
        **start_fields(
            state,
            size=size,
            default_size=(256, 512) if wide else (256, 256),
            given=given,
        ),
    }


def _size(state, channels):
    """`normal` and `more` have the same tensors; Cityscapes has `more`."""
    if any(key.startswith("up_4.") for key in state):
        return "most"
    return "more" if channels == CITYSCAPES_CHANNELS else "normal"


def _pix2pixhd_fields(state, given):
    first = _weight(state, "model.1.0")
    residual = sorted(
        int(match.group(1))
        for match in (
            re.fullmatch(r"model\.(\d+)\.conv_block\.1\.0\.weight(_orig)?", key)
            for key in state
        )
        if match
    )
    if not residual:
        raise ValueError(
            "The generator's file has no tensor `model.<N>.conv_block.1.0."
            "weight_orig`: it is no pix2pixHD generator of SPADE's "
            "repository."
        )
    block = _weight(state, f"model.{residual[0]}.conv_block.1.0")
    return {
        "generator_type": "pix2pixhd",
        "use_encoder": False,
        "generator_filters": first.shape[0],
        "resnet_initial_kernel_size": first.shape[2],
        # Padding, convolution, norm and ReLU come before; two a halving.
        "resnet_downsamples": (residual[0] - 3) // 2,
        "resnet_blocks": len(set(residual)),
        "resnet_kernel_size": block.shape[2],
        **layout_fields(first.shape[1], given),
    }


def _discriminator_fields(state):
    pattern = r"discriminator_(\d+)\.model(\d+)\."
    found = [m for m in (re.match(pattern, key) for key in state) if m]
    if not found:
        raise ValueError(
            "The discriminator's file has no tensor `discriminator_<N>...`: "
            "it is no discriminator of SPADE's. Its first keys are "
            f"{', '.join(list(state)[:3])}."
        )
    return {
        "discriminator_scales": 1 + max(int(m.group(1)) for m in found),
        "discriminator_layers": max(int(m.group(2)) for m in found),
        "discriminator_filters": _weight(
            state, "discriminator_0.model0.0"
        ).shape[0],
    }


def _weight(state, name):
    for suffix in ("weight_orig", "weight"):
        if f"{name}.{suffix}" in state:
            return state[f"{name}.{suffix}"]
    raise ValueError(
        f"The file has neither `{name}.weight_orig` nor `{name}.weight`."
    )
