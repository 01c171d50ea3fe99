"""How much each class counts in the training of a judge."""

import numpy as np

_MAX_COUNTED = 1000  # Pictures.


def class_weights(counts):
    """Weights of the pixels by class: rare classes count more.

    `1 / ln(1.1 + share)`, from 1.3 to 10.5, after ENet
    (https://arxiv.org/abs/1606.02147, section 5.1), which has 1.02 in place
    of 1.1 and so a wider range.

    Args:
        counts: int array `(K,)`, pixels of each class.

    Returns:
        float64 array `(K,)`.
    """
    counts = np.asarray(counts, "float64")
    return 1 / np.log(1.1 + counts / counts.sum())


def count_pixels(reader, classes):
    """Pixels of each of the judge's classes, in 1000 pictures at most.

    Args:
        reader: `DatasetReader`.
        classes: `JudgeClasses`.

    Returns:
        int64 array `(K,)`.

    Raises:
        ValueError: There are none.
    """
    known = np.array(classes.class_table)
    counts = np.zeros(classes.num_classes + 1, "int64")
    count = min(len(reader), _MAX_COUNTED)
    for number in range(count):
        record = reader.read(number * len(reader) // count)
        ids = known[record.class_ids].ravel()
        counts += np.bincount(ids, minlength=len(counts))
    if not counts[:-1].any():
        raise ValueError(
            f"No pixel of data set {reader.name!r} has a class that counts. "
            "Check the label files and the unknown class (--unknown_id)."
        )
    return counts[:-1]
