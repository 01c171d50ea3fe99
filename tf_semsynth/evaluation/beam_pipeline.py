"""The evaluation over many workers, as an Apache Beam pipeline.

    chunks of pictures -> look at them (judge, features, photos)
                       -> metric states of each set, added up -> one file each

Pictures, labels, photos and the output must lie where all workers see them.
"""

from pathlib import Path

import apache_beam as beam

from tf_semsynth.core.png_files import write_png
from tf_semsynth.evaluation.beam_runs import run_pipeline
from tf_semsynth.evaluation.beam_states import CombineSeen, Kept
from tf_semsynth.evaluation.beam_workers import PROBLEMS, Chunk, LookAtPictures
from tf_semsynth.evaluation.cautions import find_cautions
from tf_semsynth.evaluation.diversity import score_diversity
from tf_semsynth.evaluation.metric_sets import METRICS
from tf_semsynth.evaluation.pictures import FilePictures
from tf_semsynth.evaluation.results import tidy
from tf_semsynth.evaluation.robustness import describe_robustness
from tf_semsynth.evaluation.runner import Evaluation
from tf_semsynth.evaluation.set_scores import Score, score_segmentation
from tf_semsynth.metrics.frechet import FrechetDistance

_PICTURES, _REFERENCE, _PHOTOS = "pictures", "reference", "real_photos"


def evaluate_with_beam(request, load, beam_options=""):
    """Scores pictures as `runner.evaluate` does, on many workers.

    The numbers are the same: counts of pixels and features exactly, sums of
    floats to rounding. What networks say is not cached; `evaluation.npz`
    holds no features where only "fid" asks for them, since then their moments
    alone leave the workers.

    Memory here and in the last step of the pipeline: as for `evaluate`. With
    "fid" alone of the metrics of features: 8 D^2 bytes a set of pictures,
    however many there are.

    Args:
        request: `Request`. Its networks only describe themselves here.
        load: Function without arguments that gives an object with the
            request's `judge`, `features` and `perceived_distance`; called in
            each worker process, so it is sent there by pickle.
        beam_options: str, Beam's flags, such as "--runner=DirectRunner
            --direct_num_workers=4 --direct_running_mode=multi_processing";
            by default one worker in this process.

    Returns:
        The content of `metrics.json`.

    Raises:
        OSError, ValueError: A file is missing, wrong or damaged, or the
            runner gave up.
    """
    return _BeamEvaluation(request, load, beam_options).run()


class _BeamEvaluation(Evaluation):
    """One run over many workers."""

    def __init__(self, request, load, beam_options):
        super().__init__(request)
        self._load = load
        self._beam_options = beam_options
        self._keeps_rows = any(
            METRICS[name].needs in ("features", "inception") and name != "fid"
            for name in request.metrics
        )

    def run(self):
        request, files = self.request, self.files
        sets = self.timed("preparation", self.find_sets)
        states = self.timed("pipeline", self.look_at, sets)
        pictures, reference = states[_PICTURES], states.pop(_REFERENCE, None)
        found = {
            name: self.timed(name, self.score_states, name, states, reference)
            for name in states
        }
        scores = found.pop(_PICTURES)
        if request.needs("samples"):
            scores["lpips_diversity"] = self.timed(
                "diversity",
                score_diversity,
                request.samples,
                request.perceived_distance,
                request.batch_size,
            )
        baselines = {
            name: {metric: tidy(score.value) for metric, score in own.items()}
            for name, own in found.items()
        }
        ceiling = baselines.pop(_PHOTOS, {})
        self.robustness = describe_robustness(
            request.perturbed,
            lambda _, name: baselines.pop(name),
            files.pictures.size,
        )
        self.warnings += find_cautions(request, files)
        counts = pictures.counts
        if counts is not None:
            counts.sort()
        results = self.describe(scores, ceiling, baselines, counts)
        arrays = None, None
        if self._keeps_rows:
            arrays = pictures.rows.features, reference.rows.features
        self.write(results, counts, *arrays)
        return results

    def find_sets(self):
        """All sets of pictures that are looked at, a dict name -> set."""
        sets = {_PICTURES: self.files.pictures}
        if self.needs_features:
            sets[_REFERENCE] = self.files.reference_pictures()
        for kind, made in (self.request.perturbed or {}).items():
            size = self.files.pictures.size
            sets[f"perturbed {kind}"] = FilePictures(made.images, size)
        if not self.request.with_baselines:
            return sets
        photos = self.make_ceiling()
        if photos is not None and (self.needs_judge or self.needs_features):
            sets[_PHOTOS] = photos
        for name, made in self.make_floors().items():
            sets[name] = _as_files(made, Path(self.cache, "floors"))
        return sets

    def look_at(self, sets):
        """Lets workers look at sets of pictures.

        Returns:
            dict, name -> `SetStates`.
        """
        request = self.request
        chunks = [c for name in sets for c in self.make_chunks(name, sets)]
        if request.show:
            count = sum(len(pictures.keys) for pictures in sets.values())
            print(
                f"Apache Beam looks at {count} pictures in {len(chunks)} "
                f"batches ({', '.join(sets)}) ...",
                flush=True,
            )
        at_file = request.protocol.labels_at == "file"
        look = LookAtPictures(
            self._load,
            request.metrics,
            self.files.label_size if at_file else None,
            self.needs_features,
        )
        num_classes = None
        if self.needs_judge:
            num_classes = len(request.judge.class_names)
        kept = Kept(num_classes, self._keeps_rows)

        def build(pipeline):
            seen = (
                pipeline
                | "Chunks" >> beam.Create(chunks)
                | "Spread" >> beam.Reshuffle()
                | "Look" >> beam.ParDo(look).with_outputs(PROBLEMS, main="seen")
            )
            states = seen.seen | "Add up" >> beam.CombinePerKey(
                CombineSeen(kept)
            )
            return states, seen[PROBLEMS]

        return run_pipeline(build, request.output, self._beam_options)

    def make_chunks(self, name, sets):
        """Batches of a set, as a single process would make them."""
        pictures, files = sets[name], self.files
        size = self.request.batch_size
        for start in range(0, len(pictures.keys), size):
            keys = pictures.keys[start : start + size]
            labels = photos = None
            if self.needs_judge and name != _REFERENCE:
                labels = _part(files.labels, keys)
            if self.needs_photos and name not in (_REFERENCE, _PHOTOS):
                photos = _part(files.own, keys)
            yield Chunk(name, _part(pictures, keys), labels, photos)

    def score_states(self, name, states, reference):
        """The scores of a set, a dict name -> `Score`."""
        request, own = self.request, states[name]
        scores = {}
        if self.needs_judge:
            scores |= score_segmentation(
                own.confusion, request.metrics, request.protocol.mean_iou
            )
        if self._keeps_rows:
            scores |= self.distances(own.rows.features, reference.rows.features)
        elif self.needs_features:
            state = FrechetDistance()
            state.generated.merge(own.moments)
            state.real.merge(reference.moments)
            scores[request.features.frechet_name] = Score(state.result())
        if self.needs_photos and name != _PHOTOS:
            scores |= own.pairs.scores(request.metrics)
        return scores


def _part(pictures, keys):
    """Some pictures of a set of files."""
    paths = {key: pictures.paths[key] for key in keys}
    return type(pictures)(paths, pictures.size)


def _as_files(pictures, folder):
    """The same pictures from files, which can be sent around by name."""
    if isinstance(pictures, FilePictures):
        return pictures
    paths = {}
    for key in pictures.keys:
        paths[key] = Path(folder, f"{pictures.digest(key).hex()[:24]}.png")
        if not paths[key].is_file():
            write_png(paths[key], pictures.read(key))
    return FilePictures(paths, pictures.size)
