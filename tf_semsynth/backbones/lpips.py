"""LPIPS: a distance between pictures that agrees with people's judgement."""

import keras
from keras import ops

from tf_semsynth.backbones.alexnet import AlexNetFeatures
from tf_semsynth.backbones.interpolation import half_pixel_taps, resize_matrix
from tf_semsynth.backbones.squeezenet import SqueezeNetFeatures
from tf_semsynth.backbones.vgg16 import Vgg16Features

TRUNKS = {
    "alex": AlexNetFeatures,
    "vgg": Vgg16Features,
    "squeeze": SqueezeNetFeatures,
}
# ImageNet's mean and deviation, moved to pictures in [-1, 1].
SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
EPSILON = 1e-10


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Lpips(keras.Model):
    """Learned perceptual image patch similarity, version 0.1.

    Zhang et al. 2018 (https://arxiv.org/abs/1801.03924): features of a
    classifier are normalised at each position, their squared differences
    weighted per channel, averaged over positions and summed over layers.
    Symmetric, at least 0, and 0 for equal pictures.

    Frozen, but gradients flow to the pictures. A new network has a random
    trunk and heads of ones; `lpips_weights.py` loads both.

    Args:
        trunk: "alex" (which publications evaluate with), "vgg" or "squeeze".
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        x: float tensor `(B, H, W, 3)`, RGB, [-1, 1]; not resized. H and W
            are at least 31 (alex), 16 (vgg), 17 (squeeze).
        y: the same shape, compared with x row by row.

    Returns:
        Float32 tensor `(B,)`, the distances.

    Attributes:
        fingerprint: str, 16 digits that tell weights apart; None for a
            network that was not loaded.
        official: bool, whether trunk and heads are the published ones.
    """

    fingerprint = None
    official = False

    def __init__(self, trunk="alex", **kwargs):
        super().__init__(**kwargs)
        if trunk not in TRUNKS:
            raise ValueError(
                f"`trunk` must be one of {', '.join(TRUNKS)}. Received: "
                f"trunk={trunk!r}"
            )
        self.trunk_name = trunk
        self.trunk = TRUNKS[trunk](name=trunk, dtype=self.dtype_policy)
        self.trainable = False

    def build(self, x_shape, y_shape=None):
        self.trunk.build((None, None, None, 3))
        self.heads = [
            self.add_weight((n,), "ones", name=f"lin{i}", autocast=False)
            for i, n in enumerate(self.trunk.channels)
        ]

    def call(self, x, y):
        return sum(self.contributions(x, y))

    def contributions(self, x, y):
        """The layers' parts of the distance: a list of `(B,)` tensors."""
        return [ops.mean(d, axis=(1, 2)) for d in self._distance_maps(x, y)]

    def spatial(self, x, y):
        """Where the pictures differ.

        Each layer's map is enlarged to the pictures' size, bilinearly with
        half-pixel centres; its mean is near the distance but not equal.

        Returns:
            Float32 tensor `(B, H, W)`. H and W must be known when a function
            is traced.
        """
        height, width = x.shape[1:3]
        if height is None or width is None:
            raise ValueError(
                "`spatial` needs pictures of a known size. Received: shape "
                f"{tuple(x.shape)}. Trace the function with that size."
            )
        maps = self._distance_maps(x, y)
        return sum(_enlarge(m, height, width) for m in maps)

    def masked_distance(self, x, y, mask):
        """The distance of the pictures times a mask.

        Pixels outside become mid-grey in both, and the mean runs over the
        whole frame: mCSD and mOCD of SMIS (Zhu et al. 2020) take it of a
        class's mask and of the rest.

        Args:
            x: float tensor `(B, H, W, 3)`, [-1, 1].
            y: the same shape.
            mask: tensor `(B, H, W)` or `(B, H, W, 1)`, 0 or 1, or bool.

        Returns:
            Float32 tensor `(B,)`.
        """
        mask = _as_column(mask, "float32")
        return self(
            ops.cast(x, "float32") * mask, ops.cast(y, "float32") * mask
        )

    def region_mean(self, x, y, mask):
        """The mean of `spatial` inside of a mask.

        Args are those of `masked_distance`; the network sees the whole
        pictures here.

        Returns:
            Float32 tensor `(B,)`, NaN where the mask is empty.
        """
        mask = _as_column(mask, "float32")[..., 0]
        inside = ops.sum(self.spatial(x, y) * mask, axis=(1, 2))
        return inside / ops.sum(mask, axis=(1, 2))

    def compute_output_shape(self, x_shape, y_shape=None):
        return (x_shape[0],)

    def get_config(self):
        return {**super().get_config(), "trunk": self.trunk_name}

    def _distance_maps(self, x, y):
        """The weighted squared differences: a `(B, H_i, W_i)` per layer."""
        self._check(x, y)
        if not self.built:
            self.build(x.shape, y.shape)
        images = ops.concatenate(
            [ops.cast(x, "float32"), ops.cast(y, "float32")], axis=0
        )
        shift, scale = ops.array(SHIFT, "float32"), ops.array(SCALE, "float32")
        taps = self.trunk((images - shift) / scale)
        return [
            _distance_map(tap, head)
            for tap, head in zip(taps, self.heads, strict=True)
        ]

    def _check(self, x, y):
        least = self.trunk.minimum_size
        shapes = tuple(x.shape), tuple(y.shape)
        sizes = [side for side in x.shape[1:3] if side is not None]
        known = None not in (*shapes[0], *shapes[1])
        if (
            len(x.shape) != 4
            or x.shape[-1] != 3
            or (known and shapes[0] != shapes[1])
        ):
            raise ValueError(
                "LPIPS compares two equally shaped batches (B, H, W, 3). "
                f"Received: {shapes[0]} and {shapes[1]}"
            )
        if sizes and min(sizes) < least:
            raise ValueError(
                f"LPIPS with the trunk {self.trunk_name!r} needs pictures of "
                f"at least {least}x{least}. Received: shape {shapes[0]}"
            )


def _distance_map(tap, head):
    tap = ops.cast(tap, "float32")
    norm = ops.sqrt(ops.sum(ops.square(tap), axis=-1, keepdims=True))
    of_x, of_y = ops.split(tap / (norm + EPSILON), 2, axis=0)
    return ops.sum(ops.square(of_x - of_y) * head, axis=-1)


def _enlarge(values, height, width):
    """Resizes `(B, h, w)` to `(B, height, width)`."""
    rows, columns = values.shape[1:3]
    by_row = resize_matrix(half_pixel_taps(rows, height), rows)
    by_column = resize_matrix(half_pixel_taps(columns, width), columns)
    values = ops.matmul(ops.array(by_row), values)
    return ops.matmul(values, ops.array(by_column.T))


def _as_column(mask, dtype):
    mask = ops.cast(mask, dtype)
    return mask[..., None] if len(mask.shape) == 3 else mask
