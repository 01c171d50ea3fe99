"""Pictures of perturbed layouts, scored against the layouts as they were."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from tf_semsynth.core import storage
from tf_semsynth.core.png_files import write_png
from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.data.reader import DatasetReader
from tf_semsynth.evaluation.perturbation import PERTURBATIONS, perturb
from tf_semsynth.evaluation.pictures import FilePictures

_NUM_SHOWN = 4
_DONE_FILE = "layouts.json"


class PerturbedPictures(NamedTuple):
    """What a system made of perturbed layouts.

    Attributes:
        images: dict, name -> path.
        changed: float, share of the layouts' pixels with another class,
            averaged over the layouts.
    """

    images: dict
    changed: float


class PerturbedReader(DatasetReader):
    """A split whose layouts carry mistakes; photos stay as they are.

    Instance ids move with the borders; a small object that is dropped takes
    its instance along.

    Args:
        reader: `DatasetReader`.
        kind: str, a name in `PERTURBATIONS`.
        seed: int.
    """

    def __init__(self, reader, kind, seed=0):
        super().__init__(
            reader.name,
            reader.split,
            reader.classes,
            reader.examples,
            reader.defaults,
        )
        self.has_instances = reader.has_instances
        self.kind = kind
        self._reader = reader
        self._seed = seed

    def read(self, index):
        record = self._reader.read(index)
        perturbed = perturb(
            self.kind,
            record.class_ids,
            self.names[index],
            self._seed,
            self.classes.unknown_id,
        )
        instance_ids = record.instance_ids
        if instance_ids is not None:
            instance_ids = instance_ids[perturbed.rows, perturbed.columns]
        return record._replace(
            class_ids=perturbed.class_ids.astype("int32"),
            instance_ids=instance_ids,
        )


def make_perturbed(kinds, reader, make_synthesis, output, seed=0, show=True):
    """Makes the pictures of perturbed layouts.

    They lie in `<output>/perturbed/<kind>/pictures`, and `layouts.png` beside
    them shows some layouts as they were and perturbed.

    Args:
        kinds: List of names in `PERTURBATIONS`.
        reader: `DatasetReader` of the split.
        make_synthesis: Function of a reader, a folder and a dict that tells
            these layouts from others; gives a `SplitSynthesis`.
        output: path of the folder of the results.
        seed: int.
        show: bool, whether progress is shown.

    Returns:
        dict, kind -> `PerturbedPictures`.
    """
    made = {}
    for kind in kinds:
        folder = Path(output, "perturbed", kind)
        perturbed = PerturbedReader(reader, kind, seed)
        changed = _look_at_layouts(reader, perturbed, folder, seed, show)
        identity = {"perturbed": PERTURBATIONS[kind].meaning, "by": seed}
        synthesis = make_synthesis(perturbed, folder, identity)
        images = synthesis.write_pictures()
        made[kind] = PerturbedPictures(images, changed)
    return made


def describe_robustness(perturbed, score, size):
    """The entry "robustness" of the results.

    Args:
        perturbed: dict, kind -> `PerturbedPictures`, or None.
        score: Function of a set of pictures and words for the progress line
            that gives a dict, metric -> value.
        size: (width, height) of the pictures.

    Returns:
        dict, kind -> "meaning", "changed_pixels", "scores".
    """
    return {
        kind: {
            "meaning": PERTURBATIONS[kind].meaning,
            "changed_pixels": pictures.changed,
            "scores": score(
                FilePictures(pictures.images, size), f"perturbed {kind}"
            ),
        }
        for kind, pictures in (perturbed or {}).items()
    }


def _look_at_layouts(reader, perturbed, folder, seed, show):
    """Share of changed pixels; it and `layouts.png` are made once."""
    done = folder / _DONE_FILE
    identity = {
        "meaning": PERTURBATIONS[perturbed.kind].meaning,
        "seed": seed,
        "names": reader.names,
    }
    if done.is_file():
        found = json.loads(done.read_text(encoding="utf-8"))
        if found["identity"] == identity:
            return found["changed"]
    shown = np.linspace(0, len(reader) - 1, min(_NUM_SHOWN, len(reader)))
    shown = set(shown.round().astype(int).tolist())
    shares, rows = [], []
    line = ProgressLine(len(reader), f"perturbed {perturbed.kind}") if show \
        else None  # fmt: skip
    for index in range(len(reader)):
        before = reader.read(index).class_ids
        after = perturbed.read(index).class_ids
        shares.append(float((before != after).mean()))
        if index in shown:
            pair = np.concatenate([before, after], axis=1)
            rows.append(reader.classes.colourise(pair))
        if line is not None:
            line.advance()
    write_png(folder / "layouts.png", _stack(rows))
    changed = float(np.mean(shares))
    storage.write_text(
        done, json.dumps({"changed": changed, "identity": identity})
    )
    return changed


def _stack(rows, width=960):
    """Pictures of any size above each other, all of one width."""
    resized = []
    for row in rows:
        height = max(1, round(width * row.shape[0] / row.shape[1]))
        picture = Image.fromarray(row)
        resized.append(
            picture.resize((width, height), Image.Resampling.NEAREST)
        )
    return np.concatenate([np.asarray(picture) for picture in resized])
