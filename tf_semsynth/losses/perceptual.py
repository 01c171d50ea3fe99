"""The perceptual loss: pictures should be alike to a recognition network."""

from keras import ops

from tf_semsynth.losses.l1 import mean_absolute

# Shallow to deep, of VGG-19's relu1_1 to relu5_1 (pix2pixHD and successors).
LAYER_WEIGHTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1.0)


def perceptual_loss(network, fake, real, layer_weights=LAYER_WEIGHTS):
    """Returns the weighted differences of a frozen network's features.

    Args:
        network: callable, image to a list of feature maps, such as
            `Vgg19Features`.
        fake: float tensor `(B, H, W, 3)`, [-1, 1]; gradients flow to it.
        real: float tensor of the same shape; none flow to it.
        layer_weights: one weight per feature map.

    Returns:
        float32 scalar: the sum of weight times the mean of |fake - real|.
    """
    fake_features = network(fake)
    real_features = network(ops.stop_gradient(real))
    return sum(
        weight * mean_absolute(f, ops.stop_gradient(r))
        for weight, f, r in zip(
            layer_weights, fake_features, real_features, strict=True
        )
    )
