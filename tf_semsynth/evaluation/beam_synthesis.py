"""Makes the pictures of a split on many workers, with an exported model."""

import dataclasses
import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np

from tf_semsynth.core.png_files import write_png
from tf_semsynth.data import catalog
from tf_semsynth.data.nearest import resize_nearest
from tf_semsynth.evaluation import assembly, saved_model
from tf_semsynth.evaluation.beam_runs import run_pipeline
from tf_semsynth.evaluation.beam_workers import PROBLEMS, Worker
from tf_semsynth.evaluation.synthesis import SplitSynthesis

_NO_EXPORT = (
    "--saved_model={folder}: there is no {path}. Expected a folder that "
    "`python -m tf_semsynth.export` wrote, such as exports/cc_fpse/1."
)


class ExportedModel:
    """A system as a SavedModel, as far as pictures are made with it.

    Args:
        folder: path of the SavedModel that `export` wrote.

    Attributes:
        classes: dict, the content of `classes.json`.
        size: (height, width) of layouts and pictures.
        uses_noise: bool, whether seeds change pictures.

    Raises:
        OSError: There is none.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        path = self.folder / "assets" / "classes.json"
        if not path.is_file():
            raise FileNotFoundError(_NO_EXPORT.format(folder=folder, path=path))
        self.classes = json.loads(path.read_text(encoding="utf-8"))
        self.size = self.classes["image_height"], self.classes["image_width"]
        import tensorflow as tf

        self._model = tf.saved_model.load(str(folder))
        self.uses_noise = "synthesize_variants" in self._model.signatures

    def synthesize(self, class_ids, instance_ids, seeds):
        """Makes pictures.

        Args:
            class_ids: int array `(B, H, W)`.
            instance_ids: the same, or None; a model that knows no instances
                takes none.
            seeds: B ints.

        Returns:
            uint8 array `(B, H, W, 3)`.
        """
        import tensorflow as tf

        inputs = {
            "class_ids": tf.constant(class_ids, "int32"),
            "seed": tf.constant(seeds, "int64"),
        }
        signatures, name = self._model.signatures, "serving_default"
        if instance_ids is not None and "synthesize_instances" in signatures:
            name = "synthesize_instances"
            inputs["instance_ids"] = tf.constant(instance_ids, "int32")
        return signatures[name](**inputs)["image"].numpy()


class BeamSynthesis(SplitSynthesis):
    """Pictures of a split's layouts, by an exported model on many workers.

    Seeds, sizes and names are those of `SplitSynthesis`, and so are the
    pictures, up to the rounding that the export brought.

    Args:
        model: path of the SavedModel.
        data: `DataOptions` with which workers open the split.
        split: str.
        folder: path: pictures are written to `<folder>/pictures`.
        beam_options: str, see `beam_runs.run_pipeline`.
        **options: see `SplitSynthesis`; the noise is always drawn.

    Raises:
        OSError, ValueError: There is no such model, or it has other classes
            than the data set.
    """

    def __init__(self, model, data, split, folder, beam_options="", **options):
        exported = ExportedModel(model)
        self._open = functools.partial(_open, str(model), data, split)
        self._beam_options = beam_options
        reader = catalog.open_from_options(data, split, *exported.size)
        identity = {
            "saved_model": saved_model.fingerprint(model),
            "split": split,
        }
        super().__init__(
            _Described.of(exported), reader, folder, identity, **options
        )

    def make_batches(self, batches, unit):
        if self.show:
            count = sum(map(len, batches))
            print(f"Apache Beam: {count} {unit} ...", flush=True)

        def build(pipeline):
            done = (
                pipeline
                | "Batches" >> beam.Create(batches)
                | "Spread" >> beam.Reshuffle()
                | "Make" >> beam.ParDo(MakePictures(self._open)).with_outputs(
                    PROBLEMS, main="made"
                )
            )  # fmt: skip
            made = (
                done.made
                | "Count" >> beam.CombineGlobally(sum)
                | "Name count" >> beam.Map(lambda count: ("made", count))
            )
            return made, done[PROBLEMS]

        run_pipeline(build, self.folder, self._beam_options)


def synthesize_split(model, beam_options, options, workdir, reader, output,
                     protocol, metrics):  # fmt: skip
    """`assembly.synthesize_split`, by an exported model on many workers.

    Args:
        model: path of the SavedModel.
        beam_options: str.
        others: see there.

    Raises:
        OSError, ValueError: There is no such model, it is another system's,
            or the protocol wants more than noise.
    """
    if protocol.latent == "posterior":
        raise ValueError(
            f"Protocol {protocol.name} takes the style of each picture from "
            "the photo, which exported models draw: make the pictures with "
            "`evaluate --workdir` in one process, then score them with "
            "--images and --runner=beam."
        )
    _check_origin(model, workdir)
    synthesis = BeamSynthesis(
        model,
        assembly.data_options(options, workdir),
        protocol.split,
        output,
        beam_options,
        seed=options.seed,
        batch_size=options.batch_size,
    )
    return assembly.write_all(synthesis, metrics)


@beam.typehints.with_output_types(int)
class MakePictures(Worker):
    """From a list of `Task` to files; gives their number.

    Args:
        load: Function that gives an `Opened`.
    """

    def work(self, opened, tasks):
        model, reader = opened
        records = [reader.read(task.index) for task in tasks]
        class_ids = _stack([r.class_ids for r in records], model.size)
        instance_ids = None
        if reader.has_instances:
            instance_ids = _stack([r.instance_ids for r in records], model.size)
        seeds = [task.seed for task in tasks]
        images = model.synthesize(class_ids, instance_ids, seeds)
        for task, image in zip(tasks, images, strict=True):
            write_png(task.path, image)
        return len(tasks)


class Opened(NamedTuple):
    """What a worker makes pictures with.

    Attributes:
        model: `ExportedModel`.
        reader: `DatasetReader`.
    """

    model: Any
    reader: Any


def _check_origin(model, workdir):
    """Checks that the export could be the work directory's."""
    path = Path(model, "assets.extra", "export.json")
    if not path.is_file():
        raise FileNotFoundError(_NO_EXPORT.format(folder=model, path=path))
    record = json.loads(path.read_text(encoding="utf-8"))
    saved = workdir.read_config()
    for key in ("system", "config"):
        if record[key] != saved[key]:
            raise ValueError(
                f"--saved_model={model} was exported of another system than "
                f"that of {workdir.path}: their {key} differs. Export this "
                "one, or name the other's --workdir."
            )


def _stack(layouts, size):
    """Layouts of any sizes as one array `(B, H, W)` of the model's."""
    return np.stack([resize_nearest(layout, *size) for layout in layouts])


def _open(folder, data, split):
    model = ExportedModel(folder)
    return Opened(model, catalog.open_from_options(data, split, *model.size))


@dataclasses.dataclass(frozen=True)
class _Described:
    """What `SplitSynthesis` asks of a system, of an exported one."""

    num_classes: int
    image_height: int
    image_width: int
    uses_noise: bool
    has_encoder: bool = False

    @classmethod
    def of(cls, model):
        return cls(model.classes["num_classes"], *model.size, model.uses_noise)

    @property
    def config(self):
        return self
