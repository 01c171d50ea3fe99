"""The Inception network that FID, KID and the Inception score are made of."""

import keras
from keras import ops

from tf_semsynth.backbones.inception_blocks import (
    ConvUnit,
    InceptionBlock,
    halve,
)
from tf_semsynth.layers.dense import Dense

NUM_FEATURES = 2048
NUM_CLASSES = 1008


@keras.saving.register_keras_serializable(package="tf_semsynth")
class FidInception(keras.Model):
    """Inception v3 as the graph of 2015-12-05 has it.

    Szegedy et al. 2015 (https://arxiv.org/abs/1512.00567), in the version
    behind the published FIDs (Heusel et al. 2017). Keras' and torchvision's
    Inception v3 have other weights, other classes and another pooling in the
    last block: their distances are not FIDs.

    Frozen. New networks are random; `fid_inception_weights.py` loads
    weights, `inception_inputs.py` prepares pictures. 11.4 GFLOP a picture.

    Args:
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        image: float tensor `(B, 299, 299, 3)`, RGB, in the range of
            `inception_inputs`. Other sizes from 75 on work as well, but
            belong to no published number.

    Returns:
        Dictionary of float32 tensors: `"64"`, `"192"`, `"768"` and `"2048"`,
        the spatial means `(B, <name>)` of the features after the first and
        the second pooling, Mixed_6e and Mixed_7c; `"logits"` `(B, 1008)`,
        and `"logits_unbiased"`, the same without the bias, from which the
        Inception score is computed.

    Attributes:
        fingerprint: str, 16 digits that tell weights apart; None for a
            network that was not loaded.
        official: bool, whether the weights are the published ones.
    """

    fingerprint = None
    official = False

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        first = {"strides": 2, "padding": "valid"}
        self.stem = [
            self._unit("Conv2d_1a_3x3", 32, 3, **first),
            self._unit("Conv2d_2a_3x3", 32, 3, padding="valid"),
            self._unit("Conv2d_2b_3x3", 64, 3),
        ]
        self.neck = [
            self._unit("Conv2d_3b_1x1", 80),
            self._unit("Conv2d_4a_3x3", 192, 3, padding="valid"),
        ]
        self.mixed = [
            self._block("Mixed_5b", _type_a(32)),
            self._block("Mixed_5c", _type_a(64)),
            self._block("Mixed_5d", _type_a(64)),
            self._block("Mixed_6a", _TYPE_B, reduces=True),
            self._block("Mixed_6b", _type_c(128)),
            self._block("Mixed_6c", _type_c(160)),
            self._block("Mixed_6d", _type_c(160)),
            self._block("Mixed_6e", _type_c(192)),
            self._block("Mixed_7a", _TYPE_D, reduces=True),
            self._block("Mixed_7b", _TYPE_E),
            # A quirk of the original graph: the last block takes the maximum.
            self._block("Mixed_7c", _TYPE_E, pooling="max"),
        ]
        self.fc = Dense(NUM_CLASSES, name="fc", dtype=self.dtype_policy)
        self.trainable = False

    def build(self, image_shape):
        shape = (None, None, None, 3)
        for layer in (*self.stem, *self.neck, *self.mixed):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.fc.build((None, NUM_FEATURES))

    @property
    def units(self):
        """Official prefix -> `ConvUnit`, all 94 in the official order."""
        units = {unit.name: unit for unit in (*self.stem, *self.neck)}
        for block in self.mixed:
            units |= {f"{block.name}.{u.name}": u for u in block.units}
        return units

    def call(self, image):
        means = {}
        features = image
        for unit in self.stem:
            features = unit(features)
        features = halve(features)
        means["64"] = _mean(features)
        for unit in self.neck:
            features = unit(features)
        features = halve(features)
        means["192"] = _mean(features)
        for block in self.mixed:
            features = block(features)
            if block.name == "Mixed_6e":
                means["768"] = _mean(features)
        means["2048"] = _mean(features)
        unbiased = ops.matmul(means["2048"], self.fc.kernel)
        bias = ops.cast(self.fc.bias, "float32")
        return {
            **means,
            "logits": unbiased + bias,
            "logits_unbiased": unbiased,
        }

    def compute_output_shape(self, image_shape):
        means = {name: int(name) for name in ("64", "192", "768", "2048")}
        logits = {"logits": NUM_CLASSES, "logits_unbiased": NUM_CLASSES}
        return {k: (image_shape[0], n) for k, n in {**means, **logits}.items()}

    def _unit(self, name, filters, kernel_size=1, **kwargs):
        kwargs["dtype"] = self.dtype_policy
        return ConvUnit(filters, kernel_size, name=name, **kwargs)

    def _block(self, name, branches, **kwargs):
        kwargs["dtype"] = self.dtype_policy
        return InceptionBlock(branches, name=name, **kwargs)


def _mean(features):
    return ops.mean(ops.cast(features, "float32"), axis=(1, 2))


def _type_a(pool_filters):
    return (
        (("branch1x1", 64, 1),),
        (("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5)),
        (
            ("branch3x3dbl_1", 64, 1),
            ("branch3x3dbl_2", 96, 3),
            ("branch3x3dbl_3", 96, 3),
        ),
        (("branch_pool", pool_filters, 1),),
    )


def _type_c(inner):
    return (
        (("branch1x1", 192, 1),),
        (
            ("branch7x7_1", inner, 1),
            ("branch7x7_2", inner, (1, 7)),
            ("branch7x7_3", 192, (7, 1)),
        ),
        (
            ("branch7x7dbl_1", inner, 1),
            ("branch7x7dbl_2", inner, (7, 1)),
            ("branch7x7dbl_3", inner, (1, 7)),
            ("branch7x7dbl_4", inner, (7, 1)),
            ("branch7x7dbl_5", 192, (1, 7)),
        ),
        (("branch_pool", 192, 1),),
    )


_TYPE_B = (
    (("branch3x3", 384, 3),),
    (
        ("branch3x3dbl_1", 64, 1),
        ("branch3x3dbl_2", 96, 3),
        ("branch3x3dbl_3", 96, 3),
    ),
    (),
)
_TYPE_D = (
    (("branch3x3_1", 192, 1), ("branch3x3_2", 320, 3)),
    (
        ("branch7x7x3_1", 192, 1),
        ("branch7x7x3_2", 192, (1, 7)),
        ("branch7x7x3_3", 192, (7, 1)),
        ("branch7x7x3_4", 192, 3),
    ),
    (),
)
_TYPE_E = (
    (("branch1x1", 320, 1),),
    (
        ("branch3x3_1", 384, 1),
        (("branch3x3_2a", 384, (1, 3)), ("branch3x3_2b", 384, (3, 1))),
    ),
    (
        ("branch3x3dbl_1", 448, 1),
        ("branch3x3dbl_2", 384, 3),
        (("branch3x3dbl_3a", 384, (1, 3)), ("branch3x3dbl_3b", 384, (3, 1))),
    ),
    (("branch_pool", 192, 1),),
)
