"""What each number means, for readers who never met it."""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class MetricWords:
    """How a metric is told to a reader.

    Args:
        title: str, its name.
        question: str, what it helps to answer.
        short: str, its meaning in a few words.
        meaning: str, its meaning in a sentence or two.
        perfect: float or None, the value that cannot be surpassed.
    """

    title: str
    question: str
    short: str
    meaning: str
    perfect: float | None = None


_LAYOUT = "Does each picture show its layout?"
_PHOTOS = "Do the pictures look like photos?"
_VARIETY = "Do pictures of one layout differ?"
_COPY = "Is each picture its photo again?"

_KNOWN = {
    "pixel_accuracy": MetricWords(
        "Pixel accuracy",
        _LAYOUT,
        "share of pixels recognised as asked",
        "The share of pixels in which a segmentation network, which took no "
        "part in the training, sees the class that the layout asked for. "
        "Large classes decide it.",
        1.0,
    ),
    "mean_iou": MetricWords(
        "Mean IoU",
        _LAYOUT,
        "overlap with the layout, class by class",
        "For each class, the area that layout and segmentation network agree "
        "on, divided by the area that either of them gives to the class "
        "(intersection over union); the mean over the classes. Small classes "
        "count as much as large ones.",
        1.0,
    ),
    "class_accuracy": MetricWords(
        "Class accuracy",
        _LAYOUT,
        "pixels recognised, class by class",
        "The share of recognised pixels of each class, averaged over classes.",
        1.0,
    ),
    "frequency_weighted_iou": MetricWords(
        "Frequency-weighted IoU",
        _LAYOUT,
        "overlap with the layout, by area",
        "Intersection over union of each class, weighted by its share of the "
        "pixels.",
        1.0,
    ),
    "fid": MetricWords(
        "FID",
        _PHOTOS,
        "distance of the pictures from photos",
        "Fréchet Inception Distance: how far the pictures as a crowd are from "
        "real photos, by mean and covariance of the features of one certain "
        "network. Grows as pictures get fewer.",
        0.0,
    ),
    "frechet": MetricWords(
        "Fréchet distance",
        _PHOTOS,
        "distance of the pictures from photos",
        "How far the pictures as a crowd are from real photos, by mean and "
        "covariance of the features of the network named below. It is not "
        "FID, whose network is another: compare it only with numbers of the "
        "same network. Grows as pictures get fewer.",
        0.0,
    ),
    "kid": MetricWords(
        "Kernel distance",
        _PHOTOS,
        "distance of the pictures from photos",
        "How far the pictures as a crowd are from real photos (squared "
        "maximum mean discrepancy of features, as in KID). Few pictures make "
        "it less certain, but not larger; of equal crowds it is 0 and may "
        "come out slightly negative.",
        0.0,
    ),
    "inception_score": MetricWords(
        "Inception score",
        _PHOTOS,
        "clear and varied contents",
        "High where a classifier is sure what each picture shows and the "
        "pictures differ from each other. Knows neither layouts nor photos.",
    ),
    "precision": MetricWords(
        "Precision",
        _PHOTOS,
        "share of pictures that look like photos",
        "The share of the pictures whose features lie among those of photos.",
        1.0,
    ),
    "recall": MetricWords(
        "Recall",
        _PHOTOS,
        "share of photos that look like pictures",
        "The share of the real photos whose features lie among those of the "
        "pictures: low where the pictures lack variety.",
        1.0,
    ),
    "density": MetricWords(
        "Density",
        _PHOTOS,
        "how many photos surround a picture",
        "How densely real photos surround the pictures; precision that "
        "outliers do not spoil. May exceed 1.",
    ),
    "coverage": MetricWords(
        "Coverage",
        _PHOTOS,
        "share of photos with a picture near",
        "The share of the real photos that have a picture near them.",
        1.0,
    ),
    "lpips_diversity": MetricWords(
        "LPIPS diversity",
        _VARIETY,
        "distance between samples of a layout",
        "How different, to a network's eye, the pictures are that are made "
        "from the same layout with other noise.",
    ),
    "lpips": MetricWords(
        "LPIPS",
        _COPY,
        "distance of each picture from its photo",
        "How different each picture is, to a network's eye, from the real "
        "photo of its layout. For reconstructions: one layout has many right "
        "pictures.",
        0.0,
    ),
    "mcsd": MetricWords(
        "mCSD",
        _VARIETY,
        "change of a class that is drawn anew",
        "How much the region of a class changes when only the noise of that "
        "class is drawn anew.",
    ),
    "mocd": MetricWords(
        "mOCD",
        _VARIETY,
        "change of what shall stay",
        "How much everything else changes when only the noise of one class "
        "is drawn anew.",
        0.0,
    ),
    "psnr": MetricWords(
        "PSNR",
        _COPY,
        "nearness to the photo in decibels",
        "Nearness to the real photo, pixel by pixel. For reconstructions: "
        "one layout has many right pictures.",
    ),
    "ssim": MetricWords(
        "SSIM",
        _COPY,
        "likeness of structure to the photo",
        "Likeness of local structure to the real photo. For reconstructions: "
        "one layout has many right pictures.",
        1.0,
    ),
    "ms_ssim": MetricWords(
        "MS-SSIM",
        _COPY,
        "likeness of structure, at five scales",
        "SSIM at five scales. For reconstructions.",
        1.0,
    ),
}


def describe(name):
    """The words for a metric; a plain title for one that is not known.

    Args:
        name: str, such as "mean_iou", or with the dimension of the features
            at its end, such as "kid512".

    Returns:
        `MetricWords`.
    """
    if name in _KNOWN:
        return _KNOWN[name]
    known = _KNOWN.get(re.match("[a-z_]*", name)[0].rstrip("_"))
    if known is None:
        return MetricWords(name.replace("_", " "), "Other scores", "", "")
    return dataclasses.replace(known, title=f"{known.title} ({name})")


def is_kernel_distance(name):
    """Whether a metric is a kernel distance, such as "kid512"."""
    return re.match(r"kid|kernel", name) is not None


def is_frechet_distance(name):
    """Whether a metric is a Fréchet distance, such as "fid"."""
    return re.match(r"fid|frechet", name) is not None


def number(value):
    """A value with the digits that a reader can use."""
    if value is None or value != value:
        return "–"
    size = abs(value)
    digits = 3 if size < 10 else 2 if size < 100 else 1 if size < 1000 else 0
    if 0 < size < 0.01:
        digits = 4
    rounded = round(value, digits) + 0.0  # No "-0.000".
    return f"{rounded:,.{digits}f}".replace("-", "−")


def exact_number(value):
    """A value with the digits that a later run can be compared by."""
    if value is None:
        return ""
    return f"{value:.1f}" if abs(value) >= 1000 else f"{value:.4f}"
