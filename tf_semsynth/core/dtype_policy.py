"""Keras' dtype policy: for a while, and which ones a system can have."""

import contextlib


@contextlib.contextmanager
def default_policy(policy):
    """Context in which layers that are given no dtype take this policy.

    Args:
        policy: str or `keras.DTypePolicy`, such as "mixed_bfloat16".
    """
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def check_keras_settings(policy):
    """Refuses settings of Keras that a system cannot be built under.

    Args:
        policy: `keras.DTypePolicy` of the system.

    Raises:
        ValueError: Names the setting and what to set instead.
    """
    import keras

    compute, variables = policy.compute_dtype, policy.variable_dtype
    if variables != "float32" or compute not in ("float32", "bfloat16"):
        raise ValueError(
            "A system computes in float32 or, under the policy "
            '"mixed_bfloat16", in bfloat16. float16 would need scaled losses '
            "in every phase, and destroys weights without them. Received: the "
            f"dtype policy {policy.name!r}. Use "
            'keras.config.set_dtype_policy("mixed_bfloat16") or "float32", or '
            "build_system(..., dtype=...)."
        )
    if keras.config.floatx() != "float32":
        raise ValueError(
            "Keras' floatx must be float32: losses and statistics are summed "
            f"in it. Received: {keras.config.floatx()!r}. Call "
            'keras.config.set_floatx("float32"), or change "floatx" in '
            "~/.keras/keras.json."
        )
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            "Pictures are (B, H, W, 3) everywhere here, so Keras' image data "
            "format must be channels_last. Received: "
            f"{keras.config.image_data_format()!r}. Call "
            'keras.config.set_image_data_format("channels_last"), or change '
            '"image_data_format" in ~/.keras/keras.json.'
        )
