"""Keeps judges from judging what they were trained on.

A network knows its training pictures by heart, so what it says of pictures
that show the same layouts is worth little.
"""

import hashlib
from pathlib import Path

from tf_semsynth.data.reader import FileReader

_DIGITS = 12


def describe_training(reader):
    """What a judge must remember of its training data.

    Args:
        reader: `DatasetReader` of the training split.

    Returns:
        Dictionary that JSON can hold: `dataset`, `split`, `num_pictures`,
        and `labels`, digests of names and contents of the label files (none
        where the data set has no such files).
    """
    labels = []
    if isinstance(reader, FileReader):
        labels = [label_digest(e.label_path) for e in reader.examples]
    return {
        "dataset": reader.name,
        "split": reader.split,
        "num_pictures": len(reader),
        "labels": labels,
    }


def check_unseen(judge, protocol, labels):
    """Checks that a judge was not trained on the layouts that it shall judge.

    Judges that do not say what they were trained on pass.

    Args:
        judge: `Judge`, perhaps with an attribute `trained_on` as
            `describe_training` makes it.
        protocol: `Protocol`.
        labels: dict, key -> path of the label files.

    Raises:
        ValueError: It was trained on some of them.
    """
    seen = getattr(judge, "trained_on", None)
    if seen is None:
        return
    name, split = protocol.dataset, protocol.split
    if (name, split) == (seen["dataset"], seen["split"]):
        raise ValueError(
            f"--judge={judge.name} was trained on the split {split!r} of "
            f"{name}, whose pictures the protocol {protocol.name} scores. "
            "Train a judge on another split, or choose another --protocol."
        )
    digests = set(seen["labels"])
    if not digests:
        return
    found = [p for p in labels.values() if label_digest(p) in digests]
    if found:
        raise ValueError(
            f"--judge={judge.name} was trained on {len(found)} of the "
            f"{len(labels)} layouts that it shall judge, such as {found[0]}. "
            "Score layouts of another split, or train a judge without these."
        )


def label_digest(path):
    """12 digits of the SHA-256 of a label file's name and content.

    Of the name, too, for two layouts of a single class are equal.
    """
    digest = hashlib.sha256(Path(path).stem.encode() + b"\0")
    digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:_DIGITS]
