"""The rules of our standard layers: official key prefix and layer to rules.

`outputs` and `inputs` are transforms of the official array that reorder a
layer's output channels (axis 0 of weight and bias) or its inputs (axis 1 of
the weight); see `transforms.py` for `chw_rows`, `tap_major` and others.
"""

from tf_semsynth.porting.rules import Rule
from tf_semsynth.porting.transforms import (
    chain,
    conv_kernel,
    dense_kernel,
    identity,
    spectral_v,
    transpose_kernel,
)


def conv_rules(prefix, layer, outputs=identity):
    """Rules of a convolution.

    Args:
        prefix: str, the official name, such as `"conv_img"`: the keys are
            `<prefix>.weight` and `<prefix>.bias`.
        layer: our built `Conv2D` or `LayoutConv2D`.
        outputs: transform that reorders the output channels.

    Returns:
        List of `Rule`, without one for the bias if the layer has none.
    """
    kernel = Rule(f"{prefix}.weight", layer.kernel, chain(outputs, conv_kernel))
    return [kernel, *_bias_rules(prefix, layer, outputs)]


def conv_transpose_rules(prefix, layer):
    """Rules of a transposed convolution (`Conv2DTranspose`)."""
    kernel = Rule(f"{prefix}.weight", layer.kernel, transpose_kernel)
    return [kernel, *_bias_rules(prefix, layer)]


def dense_rules(prefix, layer, outputs=identity, inputs=identity):
    """Rules of a dense layer (`Dense`); see `conv_rules`."""
    transform = chain(outputs, inputs, dense_kernel)
    kernel = Rule(f"{prefix}.weight", layer.kernel, transform)
    return [kernel, *_bias_rules(prefix, layer, outputs)]


def spectral_rules(prefix, wrapper):
    """Rules of a layer inside `SpectralNormalization`.

    Args:
        prefix: str, the official name: the keys are `<prefix>.weight_orig`,
            `.weight_u`, `.weight_v` and, where the layer has one, `.bias`.
        wrapper: our built `SpectralNormalization`.

    Returns:
        List of `Rule`.
    """
    kernel = wrapper.layer.kernel
    if len(kernel.shape) == 2:
        to_kernel, to_v = dense_kernel, identity
    else:
        # A transposed convolution's axes are moved in the same way.
        to_kernel, to_v = conv_kernel, spectral_v(*kernel.shape[:2])
    return [
        Rule(f"{prefix}.weight_orig", kernel, to_kernel),
        Rule(f"{prefix}.weight_u", wrapper.vector_u),
        Rule(f"{prefix}.weight_v", wrapper.vector_v, to_v),
        *_bias_rules(prefix, wrapper.layer),
    ]


def batch_norm_rules(prefix, layer):
    """Rules of a batch norm, with scale and shift where the layer has them."""
    rules = [
        Rule(f"{prefix}.running_mean", layer.moving_mean),
        Rule(f"{prefix}.running_var", layer.moving_variance),
    ]
    if layer.gamma is not None:
        rules.append(Rule(f"{prefix}.weight", layer.gamma))
    if layer.beta is not None:
        rules.append(Rule(f"{prefix}.bias", layer.beta))
    return rules


def _bias_rules(prefix, layer, outputs=identity):
    if layer.bias is None:
        return []
    return [Rule(f"{prefix}.bias", layer.bias, outputs)]
