"""What workers do: look at pictures with networks that they load once."""

from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.utils import shared

from tf_semsynth.evaluation import assembly
from tf_semsynth.evaluation.beam_runs import words_of
from tf_semsynth.evaluation.beam_states import Seen
from tf_semsynth.evaluation.feature_pass import FeaturePass
from tf_semsynth.evaluation.judging import JudgePass
from tf_semsynth.evaluation.photo_scores import compare_pairs
from tf_semsynth.evaluation.request import Request

PROBLEMS = "problems"
# What is told to the user; anything else is a mistake in the code.
TOLD = (ValueError, OSError, ImportError)


class Chunk(NamedTuple):
    """A batch of a set of pictures, small enough to be sent around.

    Attributes:
        name: str, the set's.
        pictures: `FilePictures` (or `ReducedPictures`).
        labels: `FilePictures` of their labels; None: they are not judged.
        photos: `FilePictures` of their layouts' photos; None: they are not
            compared pair by pair.
    """

    name: str
    pictures: Any
    labels: Any = None
    photos: Any = None


class Loaded:
    """Calls a function once, and keeps what it gives or why it failed.

    Args:
        load: Function without arguments.
    """

    def __init__(self, load):
        self.value = self.problem = None
        try:
            self.value = load()
        except TOLD as error:
            self.problem = words_of(error)


class Worker(beam.DoFn):
    """Does something that takes networks; problems are an output, `PROBLEMS`.

    A damaged file is no passing trouble: the runner need not try it again
    and again, and the others go on, so that all problems are told at once.

    Args:
        load: Function without arguments, called once in each process, that
            gives what `work` needs. Beam sends it to the workers by pickle.
    """

    def __init__(self, load):
        self._load = load
        self._shared = shared.Shared()

    def setup(self):
        self._loaded = self._shared.acquire(lambda: Loaded(self._load))

    def process(self, element):
        if self._loaded.problem is not None:
            yield beam.pvalue.TaggedOutput(PROBLEMS, self._loaded.problem)
            return
        try:
            result = self.work(self._loaded.value, element)
        except TOLD as error:
            yield beam.pvalue.TaggedOutput(PROBLEMS, words_of(error))
            return
        yield result

    def work(self, loaded, element):
        raise NotImplementedError


@beam.typehints.with_output_types(beam.typehints.Tuple[str, Seen])
class LookAtPictures(Worker):
    """From `Chunk` to (name of its set, `Seen`).

    Args:
        load: Function that gives a `Request` with networks.
        metrics: Names in `metric_sets.METRICS`.
        label_size: (width, height) at which labels are compared, or None.
        with_features: bool, whether features are taken.
    """

    def __init__(self, load, metrics, label_size, with_features):
        super().__init__(load)
        self._metrics = metrics
        self._label_size = label_size
        self._with_features = with_features

    def work(self, networks, chunk):
        keys = chunk.pictures.keys
        options = {"cache": None, "batch_size": len(keys), "show": False}
        counts = features = pairs = None
        if chunk.labels is not None:
            judging = JudgePass(
                networks.judge, chunk.labels, self._label_size, **options
            )
            counts = judging.run(chunk.pictures, "")
        if self._with_features:
            taking = FeaturePass(networks.features, **options)
            features = taking.run(chunk.pictures, "")
        if chunk.photos is not None:
            pairs = compare_pairs(
                chunk.pictures,
                chunk.photos,
                self._metrics,
                networks.perceived_distance,
                len(keys),
                show=False,
            )
        return chunk.name, Seen(keys, counts, features, pairs)


def load_networks(options, protocol, metrics):
    """What a worker looks at pictures with, a `Request` without pictures.

    Args:
        options: `EvaluationOptions`, which name the networks.
        protocol: `Protocol`.
        metrics: Names in `metric_sets.METRICS`.
    """
    request = Request({}, None, protocol, metrics)
    assembly.load_networks(request, options)
    return request
