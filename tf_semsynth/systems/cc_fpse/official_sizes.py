"""What the authors' CC-FPSE files tell about the options."""

from tf_semsynth.systems.official_sizes import (
    ENCODER_SIGNS,
    layout_fields,
    start_fields,
)

_HIDDEN = "head_0.gen_weights1.0.weight"
_LAYOUT = "labelenc1.0.0.weight_orig"
# Keys by which the networks are found in a file, whatever their options.
SIGNS = {
    "generator": ("fc.weight", "conv_img.weight", _HIDDEN, _LAYOUT),
    "discriminator": (
        "enc1.0.0.weight_orig",
        "tf.weight",
        "seg.weight",
        "embedding.weight",
    ),
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
        ValueError: the generator is not CC-FPSE's.
    """
    state = states["generator"]
    for key in SIGNS["generator"]:
        if key not in state:
            raise ValueError(
                f"The generator's file has no tensor `{key}`: it is no "
                "CC-FPSE generator. Its first keys are "
                f"{', '.join(list(state)[:3])}."
            )
    is_deep = "labelenc7.0.0.weight_orig" in state
    size = "more" if is_deep else "normal"
    fields = {
        "size": size,
        "generator_filters": state["conv_img.weight"].shape[1],
        "hidden_filters": state[_HIDDEN].shape[0],
        **layout_fields(state[_LAYOUT].shape[1], given),
        **start_fields(
            state,
            size=size,
            default_size=(256, 512) if is_deep else (256, 256),
            given=given,
        ),
    }
    first = states.get("discriminator", {}).get("enc1.0.0.weight_orig")
    if first is not None:
        fields["discriminator_filters"] = first.shape[0]
    return fields
