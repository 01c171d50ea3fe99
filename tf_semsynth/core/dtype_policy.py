"""Keras' global dtype policy, for a while."""

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
