"""Layouts with mistakes of the kinds that people and networks make.

Each perturbation is a function of `(class_ids, rng, unknown_id)`. Sizes are
shares of the picture, so that layouts of any size are perturbed alike.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image

from tf_semsynth.evaluation.synthesis import seed_of

# Of the picture's shorter side: how far a border moves at most, and how far
# apart places lie that move independently.
LARGEST_SHIFT, SHIFT_SPACING = 0.03, 0.1
# Of the picture's area: what is a small object, and what is too small to be
# called another class.
SMALL_OBJECT, SMALLEST_SWAPPED = 0.005, 0.001
SWAPPED_SHARE = 0.1  # Of the areas that are not too small.


class Perturbed(NamedTuple):
    """A perturbed layout.

    Attributes:
        class_ids: int array `(H, W)`.
        rows, columns: int arrays `(H, W)`, which pixel of the layout each
            pixel was taken from: instance ids and the like go with it.
    """

    class_ids: np.ndarray
    rows: np.ndarray
    columns: np.ndarray


def shift_borders(class_ids, rng, unknown_id=None, largest=LARGEST_SHIFT):
    """Moves borders by a smooth random displacement, as a careless hand does.

    Args:
        class_ids: int array `(H, W)`.
        rng: `numpy.random.Generator`.
        unknown_id: Ignored; all borders move.
        largest: float, the longest displacement, as a share of the shorter
            side.

    Returns:
        `Perturbed`.
    """
    height, width = class_ids.shape
    short = min(height, width)
    nodes = [max(2, round(side / (SHIFT_SPACING * short)))
             for side in (height, width)]  # fmt: skip
    coarse = rng.standard_normal((2, *nodes)).astype("float32")
    shift = np.stack(
        [
            Image.fromarray(field).resize(
                (width, height), Image.Resampling.BICUBIC
            )
            for field in coarse
        ]
    )
    shift *= largest * short / max(float(np.hypot(*shift).max()), 1e-9)
    rows, columns = np.indices(class_ids.shape)
    rows = np.clip(np.rint(rows + shift[0]), 0, height - 1).astype("int64")
    columns = np.clip(np.rint(columns + shift[1]), 0, width - 1)
    columns = columns.astype("int64")
    return Perturbed(class_ids[rows, columns], rows, columns)


def drop_objects(class_ids, rng=None, unknown_id=None, area=SMALL_OBJECT):
    """Drops connected areas that are small; the nearest others grow in.

    Args:
        class_ids: int array `(H, W)`.
        rng: Ignored; every small area goes.
        unknown_id: Ignored.
        area: float, what is small, as a share of the picture.

    Returns:
        `Perturbed`.

    Raises:
        ImportError: SciPy is missing.
    """
    areas, sizes, _ = _connected_areas(class_ids)
    is_small = sizes < area * class_ids.size
    is_small[sizes.argmax()] = False  # Something has to stay.
    dropped = is_small[areas]
    if not dropped.any():
        return Perturbed(class_ids.copy(), *np.indices(class_ids.shape))
    rows, columns = _scipy_ndimage().distance_transform_edt(
        dropped, return_distances=False, return_indices=True
    )
    return Perturbed(class_ids[rows, columns], rows, columns)


def swap_classes(class_ids, rng, unknown_id=None, share=SWAPPED_SHARE):
    """Gives some connected areas another class of the same picture.

    Args:
        class_ids: int array `(H, W)`.
        rng: `numpy.random.Generator`.
        unknown_id: int or None, class that neither changes nor spreads.
        share: float, of the areas that are large enough; rounded up.

    Returns:
        `Perturbed`. Unchanged where the picture has one class alone.

    Raises:
        ImportError: SciPy is missing.
    """
    areas, sizes, classes = _connected_areas(class_ids)
    is_eligible = sizes >= SMALLEST_SWAPPED * class_ids.size
    if unknown_id is not None:
        is_eligible &= classes != unknown_id
    eligible = np.flatnonzero(is_eligible)
    present = np.unique(classes[eligible])
    swapped = class_ids.copy()
    if len(present) > 1:
        count = int(np.ceil(share * len(eligible)))
        for area in rng.choice(eligible, count, replace=False):
            others = present[present != classes[area]]
            swapped[areas == area] = rng.choice(others)
    return Perturbed(swapped, *np.indices(class_ids.shape))


class Perturbation(NamedTuple):
    """A kind of mistake.

    Attributes:
        perturb: Function of `(class_ids, rng, unknown_id)`.
        meaning: str, what it does, in words.
    """

    perturb: object
    meaning: str


PERTURBATIONS = {
    "borders": Perturbation(
        shift_borders,
        f"borders shifted smoothly by up to {LARGEST_SHIFT:.0%} of the "
        "shorter side",
    ),
    "objects": Perturbation(
        drop_objects,
        f"areas below {SMALL_OBJECT:.1%} of the picture dropped, their "
        "surroundings grown in",
    ),
    "classes": Perturbation(
        swap_classes,
        f"{SWAPPED_SHARE:.0%} of the areas given another class of the picture",
    ),
}


def choose_perturbations(request):
    """Which perturbations are meant.

    Args:
        request: str, names with commas between them, or "all".

    Returns:
        List of names in `PERTURBATIONS`.

    Raises:
        ValueError: A name is unknown, or there is none.
    """
    words = [word.strip().lower() for word in request.split(",")]
    if words == ["all"]:
        return list(PERTURBATIONS)
    unknown = [word for word in words if word not in PERTURBATIONS]
    if unknown:
        raise ValueError(
            f"--perturb={request}: there is no perturbation {unknown[0]!r}. "
            f"Expected some of {', '.join(PERTURBATIONS)}, or all."
        )
    return list(dict.fromkeys(words))


def perturb(kind, class_ids, name, seed=0, unknown_id=None):
    """Perturbs the layout of that name: the same way each time.

    Args:
        kind: str, a name in `PERTURBATIONS`.
        class_ids: int array `(H, W)`.
        name: str, the layout's name in its split.
        seed: int.
        unknown_id: int or None.

    Returns:
        `Perturbed`.
    """
    rng = np.random.default_rng(seed_of(f"{kind}:{name}", seed))
    return PERTURBATIONS[kind].perturb(class_ids, rng, unknown_id)


def _connected_areas(class_ids):
    """Areas of one class whose pixels touch, by side or corner.

    Returns:
        areas: int array `(H, W)`, the number of each pixel's area.
        sizes: int array `(A,)`, pixels.
        classes: int array `(A,)`.
    """
    ndimage = _scipy_ndimage()
    areas = np.zeros(class_ids.shape, "int64")
    classes, count = [], 0
    for class_id in np.unique(class_ids):
        mask = class_ids == class_id
        found, number = ndimage.label(mask, np.ones((3, 3)))
        areas[mask] = found[mask] + (count - 1)
        count += number
        classes += [class_id] * number
    return areas, np.bincount(areas.ravel(), minlength=count), np.array(classes)


def _scipy_ndimage():
    try:
        from scipy import ndimage
    except ImportError as error:
        raise ImportError(
            "--perturb=objects and --perturb=classes need SciPy: "
            "pip install tf_semsynth[eval]"
        ) from error
    return ndimage
