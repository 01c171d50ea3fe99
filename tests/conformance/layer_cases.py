"""Every layer of the package, made small, with inputs to call it on."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable

import keras
import numpy as np

import tf_semsynth
from tf_semsynth.layers.average_pooling import AveragePooling2D
from tf_semsynth.layers.conditional_depthwise_conv import (
    ConditionalDepthwiseConv2D,
)
from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.conv_transpose import Conv2DTranspose
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.instance_normalization import InstanceNormalization
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.resampling import DownSampleIds, UpSample2D
from tf_semsynth.layers.spade_normalization import SpadeNormalization
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.layers.sync_batch_normalization import (
    SyncBatchNormalization,
)
from tf_semsynth.networks.patch_discriminator import PatchDiscriminator
from tf_semsynth.networks.unet import DoubleConv
from tf_semsynth.systems.cc_fpse.block import ConditionalConvolutionBlock
from tf_semsynth.systems.cc_fpse.layout_pyramid import (
    ConvNormActivation,
    LayoutPyramid,
)
from tf_semsynth.systems.spade.block import SpadeResidualBlock

B, H, W, C, D, F, K = 2, 8, 12, 4, 3, 6, 5
IDS = "ids"


@dataclasses.dataclass(frozen=True)
class Case:
    """A layer and what it is called on.

    Attributes:
        make: Function of keyword arguments (`dtype`, ...) to the layer.
        inputs: What each positional argument is: `IDS` or a number of
            channels for features of the common size.
        trains: Whether `call` takes `training`.
    """

    make: Callable
    inputs: tuple
    trains: bool = False

    def arrays(self, seed=0):
        rng = np.random.default_rng(seed)
        return [_array(rng, kind) for kind in self.inputs]

    def symbols(self):
        """Keras inputs of known size and unknown batch."""
        return [
            keras.Input(x.shape[1:], dtype=x.dtype.name) for x in self.arrays()
        ]


def _array(rng, kind):
    if kind == IDS:
        return rng.integers(0, K, (B, H, W), dtype="int32")
    if kind == "rows":
        return rng.normal(size=(B, C)).astype("float32")
    return rng.normal(size=(B, H, W, kind)).astype("float32")


def _spectral(make):
    return lambda **kw: SpectralNormalization(make(**kw), **kw)


CASES = {
    "AveragePooling2D": Case(AveragePooling2D, (C,)),
    "ConditionalDepthwiseConv2D": Case(ConditionalDepthwiseConv2D, (C, 9 * C)),
    "Conv2D": Case(lambda **kw: Conv2D(F, 4, 2, 2, "reflect", **kw), (C,)),
    "Conv2DTranspose": Case(lambda **kw: Conv2DTranspose(F, **kw), (C,)),
    "Dense": Case(lambda **kw: Dense(F, **kw), ("rows",)),
    "InstanceNormalization": Case(InstanceNormalization, (C,)),
    "LayoutConv2D": Case(
        lambda **kw: LayoutConv2D(F, 3, K, strides=2, **kw), (IDS, D)
    ),
    "LayoutConv2D ids alone": Case(
        lambda **kw: LayoutConv2D(F, 3, K, **kw), (IDS,)
    ),
    "UpSample2D": Case(lambda **kw: UpSample2D(3, **kw), (C,)),
    "UpSample2D bilinear": Case(
        lambda **kw: UpSample2D(interpolation="bilinear", **kw), (C,)
    ),
    "DownSampleIds": Case(lambda **kw: DownSampleIds(4, **kw), (IDS,)),
    "SpadeNormalization": Case(
        lambda **kw: SpadeNormalization(K, 4, **kw), (C, IDS, D), True
    ),
    "SpadeNormalization instance": Case(
        lambda **kw: SpadeNormalization(K, 4, 5, "instance", **kw),
        (C, IDS),
        True,
    ),
    "SpectralNormalization": Case(
        _spectral(lambda **kw: Conv2D(F, 3, strides=2, **kw)), (C,), True
    ),
    "SpectralNormalization transposed": Case(
        _spectral(lambda **kw: Conv2DTranspose(F, **kw)), (C,), True
    ),
    "SpectralNormalization layout": Case(
        _spectral(lambda **kw: LayoutConv2D(F, 3, K, **kw)), (IDS, D), True
    ),
    "SyncBatchNormalization": Case(SyncBatchNormalization, (C,), True),
    "SyncBatchNormalization bare": Case(
        lambda **kw: SyncBatchNormalization(affine=False, **kw), (C,), True
    ),
    "DoubleConv": Case(lambda **kw: DoubleConv(F, **kw), (C,), True),
    "PatchDiscriminator": Case(
        lambda **kw: PatchDiscriminator(4, 3, K, **kw), (C, IDS), True
    ),
    "ConditionalConvolutionBlock": Case(
        lambda **kw: ConditionalConvolutionBlock(C, 4, K, **kw),
        (C, IDS, D),
        True,
    ),
    "ConditionalConvolutionBlock narrowing": Case(
        lambda **kw: ConditionalConvolutionBlock(2, 4, K, **kw),
        (C, IDS, D),
        True,
    ),
    "ConvNormActivation": Case(
        lambda **kw: ConvNormActivation(
            Conv2D(F, 3, strides=2, use_bias=False, **kw), **kw
        ),
        (C,),
        True,
    ),
    "LayoutPyramid": Case(
        lambda **kw: LayoutPyramid(K, 4, 3, **kw), (IDS, 1), True
    ),
    "SpadeResidualBlock": Case(
        lambda **kw: SpadeResidualBlock(F, K, 4, **kw), (C, IDS, 1), True
    ),
    "SpadeResidualBlock plain": Case(
        lambda **kw: SpadeResidualBlock(C, K, 4, use_spectral_norm=False, **kw),
        (C, IDS),
        True,
    ),
}


def all_layer_classes():
    """The names of all layers of the package that are no whole network."""
    found = set()
    for module in pkgutil.walk_packages(
        tf_semsynth.__path__, f"{tf_semsynth.__name__}."
    ):
        parts = module.name.split(".")
        if parts[1] not in ("layers", "networks", "systems"):
            continue
        members = inspect.getmembers(importlib.import_module(module.name))
        found |= {
            name
            for name, member in members
            if inspect.isclass(member)
            and issubclass(member, keras.layers.Layer)
            and not issubclass(member, keras.Model)
            and member.__module__ == module.name
        }
    return found
