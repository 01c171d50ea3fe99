"""PSNR, SSIM and MS-SSIM of pictures against the ones they should equal."""

import numpy as np

from tf_semsynth.metrics.merging import check_mergeable, check_not_empty

WINDOW, SIGMA = 11, 1.5  # Of the Gaussian window of SSIM.
K1, K2 = 0.01, 0.03
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
SMALLEST_MULTISCALE = WINDOW * 2 ** (len(SCALE_WEIGHTS) - 1)  # 176


class ImageQuality:
    """Means of PSNR, SSIM and MS-SSIM over pairs of pictures.

    For reconstructions only: where many pictures suit one layout, nearness
    to one of them means little. No memory beyond a batch.

    Args:
        data_range: float, highest minus lowest possible value: 255 for
            uint8, 2 for [-1, 1], 1 for [0, 1].
    """

    def __init__(self, data_range=255):
        self.data_range = data_range
        self.count = 0
        self._multiscale_count = 0
        self._sums = np.zeros(3)  # Of PSNR, SSIM, MS-SSIM.

    def update(self, x, y):
        """Adds pairs of pictures `(B, H, W, C)`, of equal shape."""
        x, y = _check(x, y, self.data_range)
        self.count += len(x)
        self._sums[0] += psnr(x, y, self.data_range).sum()
        self._sums[1] += ssim(x, y, self.data_range).sum()
        if min(x.shape[1:3]) >= SMALLEST_MULTISCALE:
            self._multiscale_count += len(x)
            self._sums[2] += multiscale_ssim(x, y, self.data_range).sum()

    def merge(self, other):
        """Adds the pairs of another state."""
        check_mergeable(self, other, "data_range")
        self.count += other.count
        self._multiscale_count += other._multiscale_count
        self._sums += other._sums

    def result(self):
        """Returns a dictionary: `psnr`, `ssim` and, if it can be, `ms_ssim`.

        `psnr` is the mean of the pictures' PSNRs, infinite if one pair is
        equal. `ms_ssim` is there only if no side of a picture was less than
        176 pixels.
        """
        check_not_empty(self.count, self)
        names = ("psnr", "ssim", "ms_ssim")
        means = dict(zip(names, self._sums / self.count, strict=True))
        if self._multiscale_count < self.count:
            del means["ms_ssim"]
        return {name: float(value) for name, value in means.items()}


def psnr(x, y, data_range=255):
    """Returns 10 log10(data_range^2 / MSE) of each pair, in decibels.

    Args:
        x: array `(B, H, W, C)`, uint8 or float.
        y: array of the same shape.
        data_range: float, highest minus lowest possible value.

    Returns:
        float64 `(B,)`; infinite where the pictures are equal.
    """
    x, y = _check(x, y, data_range)
    error = np.square(x - y).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        return 10 * np.log10(data_range**2 / error)


def ssim(x, y, data_range=255):
    """Returns the structural similarity of each pair.

    Wang et al. 2004, equation 13: Gaussian window of 11x11 and sigma 1.5,
    only where it lies inside of the picture, population variances, each
    channel alone; the mean over positions and channels.

    Args:
        x: array `(B, H, W, C)`, sides of at least 11 pixels.
        y: array of the same shape.
        data_range: float, highest minus lowest possible value.

    Returns:
        float64 `(B,)`, at most 1, which equal pictures have.
    """
    return ssim_maps(x, y, data_range)[0].mean(axis=(1, 2, 3))


def multiscale_ssim(x, y, data_range=255):
    """Returns the multi-scale structural similarity of each pair.

    Wang et al. 2003, equation 7: the contrast and structure terms of five
    scales, each half the size of the one before (means of 2x2 pixels; at an
    odd side the last row or column counts twice, as in TensorFlow), and the
    luminance of the last; means below 0 count 0; each channel alone, then
    their mean.

    Args:
        x: array `(B, H, W, C)`, sides of at least 176 pixels.
        y: array of the same shape.
        data_range: float, highest minus lowest possible value.

    Returns:
        float64 `(B,)`, 0..1.
    """
    x, y = _check(x, y, data_range)
    if min(x.shape[1:3]) < SMALLEST_MULTISCALE:
        raise ValueError(
            f"MS-SSIM needs sides of at least {SMALLEST_MULTISCALE} pixels, "
            f"received pictures of {x.shape[1]}x{x.shape[2]}. Use `ssim`."
        )
    product = 1.0
    for scale, weight in enumerate(SCALE_WEIGHTS):
        if scale:
            x, y = _halve(x), _halve(y)
        whole, structure = ssim_maps(x, y, data_range)
        is_last = scale == len(SCALE_WEIGHTS) - 1
        mean = (whole if is_last else structure).mean(axis=(1, 2))
        product = product * mean.clip(0) ** weight
    return product.mean(axis=-1)


def ssim_maps(x, y, data_range=255):
    """Returns SSIM at each position, and its part without luminance.

    Args:
        x: array `(B, H, W, C)`, sides of at least 11 pixels.
        y: array of the same shape.
        data_range: float, highest minus lowest possible value.

    Returns:
        A pair of float64 `(B, H - 10, W - 10, C)`.
    """
    x, y = _check(x, y, data_range)
    if min(x.shape[1:3]) < WINDOW:
        raise ValueError(
            f"SSIM needs sides of at least {WINDOW} pixels, the size of its "
            f"window, received pictures of {x.shape[1]}x{x.shape[2]}."
        )
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    mean_x, mean_y = _blur(x), _blur(y)
    product, squares = mean_x * mean_y, mean_x**2 + mean_y**2
    covariance = _blur(x * y) - product
    variances = _blur(x * x + y * y) - squares
    structure = (2 * covariance + c2) / (variances + c2)
    luminance = (2 * product + c1) / (squares + c1)
    return luminance * structure, structure


def _blur(x):
    """Gaussian means where the window lies inside of the picture."""
    taps = np.exp(-((np.arange(WINDOW) - WINDOW // 2) ** 2) / (2 * SIGMA**2))
    taps /= taps.sum()
    height, width = x.shape[1] - WINDOW + 1, x.shape[2] - WINDOW + 1
    x = sum(tap * x[:, i : i + height] for i, tap in enumerate(taps))
    return sum(tap * x[:, :, i : i + width] for i, tap in enumerate(taps))


def _halve(x):
    height, width = x.shape[1:3]
    x = np.pad(x, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), "edge")
    return (
        x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]
    ) / 4


def _check(x, y, data_range):
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim != 4 or x.shape != y.shape:
        raise ValueError(
            "Two batches of pictures of the same shape (B, H, W, C) are "
            f"needed. Received shapes {x.shape} and {y.shape}."
        )
    x, y = x.astype("float64"), y.astype("float64")
    if x.size:
        span = np.maximum(x.max(), y.max()) - np.minimum(x.min(), y.min())
        if not span <= data_range * (1 + 1e-6):  # Also where it is NaN.
            raise ValueError(
                f"The pictures' values span {span:g}, more than "
                f"data_range={data_range:g}. Pass 255 for uint8, 2 for "
                "[-1, 1], 1 for [0, 1]."
            )
    return x, y
