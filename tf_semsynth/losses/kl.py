"""The distance of an encoder's posterior from the standard normal."""

from keras import ops


def kl_divergence(mean, log_variance):
    """Returns KL(N(mean, exp(log_variance)) || N(0, I)) per picture.

    The official codes sum over the batch as well; a system multiplies this
    mean by its `kl_batch_size`, so that the number of devices changes
    nothing.

    Args:
        mean: float tensor `(B, Z)`.
        log_variance: float tensor `(B, Z)`.

    Returns:
        float32 scalar: the sum over Z, averaged over the batch.
    """
    mean = ops.cast(mean, "float32")
    log_variance = ops.cast(log_variance, "float32")
    inner = 1 + log_variance - ops.square(mean) - ops.exp(log_variance)
    return ops.mean(-0.5 * ops.sum(inner, axis=-1))
