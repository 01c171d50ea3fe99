"""Scores a set of pictures under a protocol."""

import time
from pathlib import Path

from tf_semsynth.core.workdir import installed_versions
from tf_semsynth.evaluation import baselines, results
from tf_semsynth.evaluation.cautions import find_cautions
from tf_semsynth.evaluation.diversity import score_diversity
from tf_semsynth.evaluation.feature_pass import FeaturePass
from tf_semsynth.evaluation.found_files import FoundFiles
from tf_semsynth.evaluation.judging import JudgePass
from tf_semsynth.evaluation.photo_scores import score_pairs
from tf_semsynth.evaluation.robustness import describe_robustness
from tf_semsynth.evaluation.seen_labels import check_unseen
from tf_semsynth.evaluation.set_scores import (
    score_features,
    score_segmentation,
)


def evaluate(request):
    """Scores pictures and writes what was found.

    Memory: features (4 bytes each; 50,000 pictures of 2048 features are 400
    MB, once for the pictures, once for the photos, once more for "kid") and
    about a kilobyte a picture; all else is bounded by the batch.

    Args:
        request: `Request`.

    Returns:
        The content of `metrics.json`, a dict; docs/evaluation.md has its
        schema. `metrics.json` and `evaluation.npz` are in the output folder.

    Raises:
        OSError, ValueError: A file is missing, wrong or damaged; nothing was
            written but the cache.
    """
    return Evaluation(request).run()


class Evaluation:
    """One run: the passes, what they found, and how long they took.

    `beam_pipeline.py` has the run over many workers.
    """

    def __init__(self, request):
        self.request = request
        self.files = files = FoundFiles(request)
        self.warnings = list(request.warnings)
        self.seconds, self.robustness = {}, {}
        self.cache = request.cache or Path(request.output, "cache")
        options = {
            "cache": self.cache,
            "batch_size": request.batch_size,
            "report": self.warn,
            "show": request.show,
        }
        self.needs_judge = request.needs("judge")
        self.needs_features = request.needs("features", "inception")
        self.needs_photos = request.needs("photos", "lpips")
        if self.needs_judge:
            check_unseen(request.judge, request.protocol, request.labels)
            at_file = request.protocol.labels_at == "file"
            size = files.label_size if at_file else None
            self.judging = JudgePass(
                request.judge, files.labels, size, **options
            )
        if self.needs_features:
            self.taking = FeaturePass(request.features, **options)

    def run(self):
        request, files = self.request, self.files
        counts = features = reference = None
        scores = {}
        if self.needs_judge:
            counts = self.timed(
                "judge", self.judging.run, files.pictures, "pictures judged"
            )
            scores |= self.segmentation(counts)
        if self.needs_features:
            features = self.timed(
                "features",
                self.taking.run,
                files.pictures,
                "features of pictures",
            )
            reference = self.timed(
                "reference",
                self.taking.run,
                files.reference_pictures(),
                "features of photos",
            )
            scores |= self.timed(
                "distances", self.distances, features, reference
            )
        if self.needs_photos:
            scores |= self.timed("pairs", self.pairs, files.pictures)
        if request.needs("samples"):
            scores["lpips_diversity"] = self.timed(
                "diversity",
                score_diversity,
                request.samples,
                request.perceived_distance,
                request.batch_size,
            )
        ceiling, floors = {}, {}
        if request.with_baselines:
            ceiling = self.timed("ceiling", self.score_ceiling, reference)
            floors = self.timed("floors", self.score_floors, reference)
        if request.perturbed:
            self.robustness = self.timed(
                "robustness", self.score_robustness, reference
            )
        self.warnings += find_cautions(request, files)
        found = self.describe(scores, ceiling, floors, counts)
        self.write(found, counts, features, reference)
        return found

    def score_ceiling(self, reference):
        """The scores of the layouts' own photos, or none without them."""
        photos = self.make_ceiling()
        if photos is None:
            return {}
        return self.score(photos, "real photos", reference)

    def score_floors(self, reference):
        """The scores of trivial methods, or none without training data."""
        return {
            name: self.score(pictures, name.replace("_", " "), reference)
            for name, pictures in self.make_floors().items()
        }

    def score_robustness(self, reference):
        """The scores of what was made of perturbed layouts."""
        return describe_robustness(
            self.request.perturbed,
            lambda pictures, what: self.score(pictures, what, reference),
            self.files.pictures.size,
        )

    def make_ceiling(self):
        """The layouts' own photos, or None where one is missing."""
        own = self.files.own
        if own is None:
            self.warn(
                "There is no ceiling: not every picture has a photo of its "
                "name in --reference."
            )
            return None
        return baselines.make_ceiling(own, self.files.pictures.size)

    def make_floors(self):
        """The pictures of trivial methods, none without training data."""
        request, files = self.request, self.files
        if request.training is None or files.labels is None:
            self.warn(
                "There are no floors: they are made of the training split "
                "(--data_dir) and of the layouts (--labels)."
            )
            return {}
        at_file = request.protocol.labels_at == "file"
        size = files.label_size if at_file else files.pictures.size
        return baselines.make_floors(
            request.training, files.labels, size, self.cache, request.show
        )

    def score(self, pictures, what, reference):
        """The scores of a baseline, a dict name -> float or None."""
        scores = {}
        if self.needs_judge:
            counts = self.judging.run(pictures, f"{what} judged")
            scores |= self.segmentation(counts)
        if self.needs_features:
            features = self.taking.run(pictures, f"features of {what}")
            scores |= self.distances(features, reference)
        if self.needs_photos and what != "real photos":
            scores |= self.pairs(pictures)
        return {name: results.tidy(s.value) for name, s in scores.items()}

    def segmentation(self, counts):
        request = self.request
        return score_segmentation(
            counts.total(), request.metrics, request.protocol.mean_iou
        )

    def distances(self, features, reference):
        request = self.request
        return score_features(
            features,
            reference,
            request.features,
            request.protocol,
            request.metrics,
            request.seed,
        )

    def pairs(self, pictures):
        request = self.request
        return score_pairs(
            pictures,
            self.files.own,
            request.metrics,
            request.perceived_distance,
            request.batch_size,
            request.show,
        )

    def describe(self, scores, ceiling, floors, counts):
        """The content of `metrics.json`."""
        request, files = self.request, self.files
        names = {}
        if request.features is not None:
            names[request.features.frechet_name] = "fid"
            names[request.features.kid_name] = "kid"
        size = files.label_size
        return {
            "schema": results.SCHEMA,
            "protocol": request.protocol.to_dict(),
            "networks": results.describe_networks(request),
            "num_images": len(files.pictures.keys),
            "num_reference": len(files.photos.keys) if files.photos else 0,
            "image_size": list(files.pictures.size),
            "label_size": list(size) if size else None,
            "seed": request.seed,
            "scores": results.describe_scores(scores, names),
            "ceiling": ceiling,
            "floors": floors,
            "robustness": self.robustness,
            **results.describe_counts(request, counts),
            "pictures": results.describe_pictures(
                files, counts, request.output
            ),
            "samples": results.describe_samples(
                request.samples, files.labels, request.output
            ),
            "warnings": self.warnings,
            "versions": installed_versions(),
            "seconds": self.seconds,
        }

    def write(self, found, counts, features, reference):
        request = self.request
        Path(request.output).mkdir(parents=True, exist_ok=True)
        arrays = {}
        if features is not None:
            dimension = request.features.dimension
            arrays = {
                "features": features[:, :dimension],
                "reference": reference[:, :dimension],
                "reference_keys": self.files.photos.keys,
                "kernel_scale": request.features.kernel_scale,
            }
        keys = self.files.pictures.keys
        results.write_arrays(request.output, keys, counts, **arrays)
        results.write_results(found, request.output)

    def timed(self, name, function, *arguments):
        start = time.monotonic()
        value = function(*arguments)
        self.seconds[name] = round(time.monotonic() - start, 2)
        return value

    def warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)
