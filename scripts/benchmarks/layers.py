"""The two layers with a trick, and the usual ways to compute them.

Contestants of `conditional_conv.py`. A function goes by its name and mode:
forward, or forward and then the gradients for a given cotangent.
"""

import numpy as np
from ours import import_tensorflow
from reference import import_torch

MODES = ("forward", "forward and backward")


class Layers:
    """Functions by (name, mode); a subclass makes them.

    Args:
        settings: `Settings`.
    """

    def __init__(self, settings):
        self.settings = settings
        self.functions = self.make_functions(settings.make_arrays())

    def make_functions(self, arrays):
        """Returns functions without arguments to a list of tensors."""
        raise NotImplementedError

    def run(self, name, mode):
        """Calls a function as often as a turn has it."""
        for _ in range(self.settings.calls):
            self.functions[name, mode]()

    def results(self, name, mode):
        """Calls a function and returns its arrays, laid out as ours."""
        raise NotImplementedError


class TensorFlowLayers(Layers):
    """Our two layers, and a dense convolution."""

    def make_functions(self, arrays):
        tf = self.tf = import_tensorflow(self.settings.threads)
        from tf_semsynth.layers.conditional_depthwise_conv import (
            ConditionalDepthwiseConv2D,
        )
        from tf_semsynth.layers.layout_conv import LayoutConv2D

        conditional = ConditionalDepthwiseConv2D()
        layout = LayoutConv2D(
            self.settings.filters, 3, self.settings.num_classes, use_bias=False
        )
        tensors = {name: tf.constant(x) for name, x in arrays.items()}
        kernels = tensors["kernels"]
        kernels = tf.reshape(kernels, (*kernels.shape[:3], -1))
        ids, kernel = tensors["class_ids"], tensors["kernel"]
        layout.build(ids.shape)
        one_hot = tf.one_hot(ids, self.settings.num_classes)
        return {
            **self._both(
                "conditional",
                conditional,
                [tensors["features"], kernels],
                tensors["features_cotangent"],
            ),
            **self._both(
                "layout",
                lambda k: layout(ids, kernel=k),
                [kernel],
                tensors["layout_cotangent"],
            ),
            **self._both(
                "dense",
                lambda k: tf.nn.conv2d(one_hot, k, 1, "SAME"),
                [kernel],
                tensors["layout_cotangent"],
            ),
        }

    def results(self, name, mode):
        return [tensor.numpy() for tensor in self.functions[name, mode]()]

    def versions(self):
        import keras

        return {"tensorflow": self.tf.__version__, "keras": keras.__version__}

    def _both(self, name, function, inputs, cotangent):
        tf = self.tf

        def backward(*tensors):
            with tf.GradientTape() as tape:
                tape.watch(tensors)
                outputs = function(*tensors)
            return outputs, *tape.gradient(outputs, tensors, cotangent)

        forward = tf.function(lambda *x: (function(*x),), autograph=False)
        backward = tf.function(backward, autograph=False)
        return {
            (name, MODES[0]): lambda: forward(*inputs),
            (name, MODES[1]): lambda: backward(*inputs),
        }


class TorchLayers(Layers):
    """Unfolded patches, and a dense convolution."""

    def make_functions(self, arrays):
        torch = self.torch = import_torch(self.settings.threads)
        from torch_cc_fpse import ConditionalConv

        def tensor(name, *axes):
            array = arrays[name].transpose(axes)
            return torch.from_numpy(np.ascontiguousarray(array))

        # (B, H, W, tap, channel) to (B, channel * 9 + tap, H, W).
        kernels = tensor("kernels", 0, 4, 3, 1, 2).flatten(1, 2)
        kernel = tensor("kernel", 3, 2, 0, 1)
        ids = torch.from_numpy(arrays["class_ids"]).long()
        one_hot = torch.nn.functional.one_hot(ids, self.settings.num_classes)
        one_hot = one_hot.permute(0, 3, 1, 2).float().contiguous()
        conditional = ConditionalConv(self.settings.channels)
        return {
            **self._both(
                "conditional",
                conditional,
                [tensor("features", 0, 3, 1, 2), kernels],
                tensor("features_cotangent", 0, 3, 1, 2),
            ),
            **self._both(
                "dense",
                lambda k: torch.nn.functional.conv2d(one_hot, k, padding=1),
                [kernel],
                tensor("layout_cotangent", 0, 3, 1, 2),
            ),
        }

    def results(self, name, mode):
        gradients = {
            "conditional": (channels_last, taps_outside),
            "dense": (kernel_last,),
        }
        return [
            lay_out(tensor.detach().numpy())
            for tensor, lay_out in zip(
                self.functions[name, mode](),
                (channels_last, *gradients[name]),
                strict=False,  # Forward, there are no gradients.
            )
        ]

    def versions(self):
        return {"torch": self.torch.__version__}

    def _both(self, name, function, inputs, cotangent):
        torch = self.torch
        leaves = [x.clone().requires_grad_() for x in inputs]

        def forward():
            with torch.no_grad():
                return [function(*inputs)]

        def backward():
            outputs = function(*leaves)
            return [outputs, *torch.autograd.grad(outputs, leaves, cotangent)]

        return {(name, MODES[0]): forward, (name, MODES[1]): backward}


def channels_last(array):
    """`(B, C, H, W)` to `(B, H, W, C)`."""
    return array.transpose(0, 2, 3, 1)


def taps_outside(array):
    """`(B, 9 * C, H, W)`, taps together, to `(B, H, W, 9 * C)`, tap-major."""
    batch, channels, height, width = array.shape
    taps = array.reshape(batch, channels // 9, 9, height, width)
    taps = taps.transpose(0, 3, 4, 2, 1)
    return taps.reshape(batch, height, width, channels)


def kernel_last(array):
    """`(filters, K, 3, 3)` to `(3, 3, K, filters)`."""
    return array.transpose(2, 3, 1, 0)
