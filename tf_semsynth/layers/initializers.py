"""The initialisation that the SPADE family trains from."""

import keras


def xavier_normal(gain=0.02):
    """Normal with std `gain * sqrt(2 / (fan_in + fan_out))`, cut nowhere."""
    return keras.initializers.VarianceScaling(
        scale=gain**2, mode="fan_avg", distribution="untruncated_normal"
    )


def scale_normal(deviation=0.02):
    """Normal around one, for the scales of affine normalisations."""
    return keras.initializers.RandomNormal(mean=1.0, stddev=deviation)
