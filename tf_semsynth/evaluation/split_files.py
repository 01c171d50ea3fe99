"""The files of a data set's split: labels and photos by name."""

from pathlib import Path
from typing import NamedTuple

from tf_semsynth.core import storage
from tf_semsynth.core.png_files import encode_ids, write_png
from tf_semsynth.core.progress_line import ProgressLine


class SplitFiles(NamedTuple):
    """Attributes:
    labels, photos: dict, name -> path.
    """

    labels: dict
    photos: dict


def find_split(reader, folder, show=True):
    """The label and photo files of a split.

    Data sets without files (procedural scenes, TFRecords, tfds) get some:
    PNGs of class ids and of photos, written once.

    Args:
        reader: `DatasetReader`.
        folder: path below which missing files are written.
        show: bool, whether progress is shown.

    Returns:
        `SplitFiles`.

    Raises:
        ValueError: Files lack partners.
    """
    reader.require_sound()
    examples = reader.examples
    if all(e.label_path and e.image_path for e in examples):
        return SplitFiles(
            {e.name: e.label_path for e in examples},
            {e.name: e.image_path for e in examples},
        )
    labels, photos = Path(folder, "labels"), Path(folder, "photos")
    found = SplitFiles(
        {e.name: labels / f"{e.name}.png" for e in examples},
        {e.name: photos / f"{e.name}.png" for e in examples},
    )
    missing = [
        index
        for index, example in enumerate(examples)
        if not found.photos[example.name].is_file()
    ]
    if not missing:
        return found
    line = ProgressLine(len(missing), "layouts written") if show else None
    for index in missing:
        name, record = examples[index].name, reader.read(index)
        storage.write_bytes(found.labels[name], encode_ids(record.class_ids))
        write_png(found.photos[name], record.image)  # Last: it says "done".
        if line is not None:
            line.advance()
    return found
