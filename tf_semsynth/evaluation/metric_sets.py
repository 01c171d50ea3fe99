"""The metrics by name: what they need, and how to read them."""

import dataclasses

from tf_semsynth.evaluation.picture_files import some


@dataclasses.dataclass(frozen=True)
class Metric:
    """One metric.

    Args:
        needs: "judge", "features", "inception", "photos", "lpips" or
            "samples": what it is computed from.
        better: "higher" or "lower".
        unit: str.
        meaning: str, a sentence for people who do not know it.
    """

    needs: str
    better: str
    unit: str
    meaning: str


METRICS = {
    "pixel_accuracy": Metric(
        "judge",
        "higher",
        "share of pixels",
        "how many pixels the judge recognises as what the layout asked for",
    ),
    "mean_iou": Metric(
        "judge",
        "higher",
        "0 to 1",
        "overlap of recognised and asked-for areas, averaged over classes",
    ),
    "class_accuracy": Metric(
        "judge",
        "higher",
        "0 to 1",
        "share of recognised pixels of each class, averaged over classes",
    ),
    "frequency_weighted_iou": Metric(
        "judge",
        "higher",
        "0 to 1",
        "overlap of areas, classes weighted by their pixels",
    ),
    "fid": Metric(
        "features",
        "lower",
        "squared distance",
        "distance of the pictures' features from the photos', both taken as "
        "normal distributions; too large where there are few pictures",
    ),
    "kid": Metric(
        "features",
        "lower",
        "squared distance",
        "distance of the pictures' features from the photos', without bias "
        "for few pictures; may be slightly negative",
    ),
    "precision": Metric(
        "features",
        "higher",
        "share of pictures",
        "how many pictures lie among the photos",
    ),
    "recall": Metric(
        "features",
        "higher",
        "share of photos",
        "how many photos lie among the pictures",
    ),
    "density": Metric(
        "features",
        "higher",
        "photos a picture",
        "how densely photos lie around the pictures; 1 for photos",
    ),
    "coverage": Metric(
        "features",
        "higher",
        "share of photos",
        "how many photos have a picture near them",
    ),
    "inception_score": Metric(
        "inception",
        "higher",
        "1 to 1008",
        "how clearly and how differently pictures are classified",
    ),
    "psnr": Metric(
        "photos",
        "higher",
        "dB",
        "closeness to the layout's own photo, pixel by pixel",
    ),
    "ssim": Metric(
        "photos",
        "higher",
        "-1 to 1",
        "closeness to the layout's own photo, in local structure",
    ),
    "ms_ssim": Metric(
        "photos",
        "higher",
        "0 to 1",
        "closeness to the layout's own photo, in structure at five scales",
    ),
    "lpips": Metric(
        "lpips",
        "lower",
        "distance",
        "perceived distance from the layout's own photo",
    ),
    "lpips_diversity": Metric(
        "samples",
        "higher",
        "distance",
        "perceived distance between several pictures of one layout",
    ),
}
ALIASES = {
    "accuracy": ("pixel_accuracy",),
    "miou": ("mean_iou",),
    "fwiou": ("frequency_weighted_iou",),
    "frechet": ("fid",),
    "is": ("inception_score",),
    "prdc": ("precision", "recall", "density", "coverage"),
    "segmentation": (
        "pixel_accuracy",
        "mean_iou",
        "class_accuracy",
        "frequency_weighted_iou",
    ),
    "diversity": ("lpips_diversity",),
}


def choose_metrics(request, protocol, has_judge, has_features):
    """Which metrics are meant.

    Args:
        request: str, names with commas between them, or None: those of the
            protocol, as far as there are networks for them.
        protocol: `Protocol`.
        has_judge, has_features: bool, whether such a network was named.

    Returns:
        names: List of names in `METRICS`.
        left_out: List of those of the protocol that lack their network.

    Raises:
        ValueError: A name is unknown, there is no network for one that was
            asked for, or there is nothing to compute.
    """
    if request is not None:
        names = _read_names(request)
        lacking = [
            f"{name} needs {_FLAGS[METRICS[name].needs]}"
            for name in names
            if not _is_possible(name, has_judge, has_features)
        ]
        if lacking:
            raise ValueError(f"--metrics={request}: {'; '.join(lacking)}.")
        return names, []
    names = [
        name
        for name in protocol.metrics
        if _is_possible(name, has_judge, has_features)
    ]
    left_out = [name for name in protocol.metrics if name not in names]
    if not names:
        raise ValueError(
            "There is nothing to score pictures with: name a judge with "
            f"{_FLAGS['judge']}, a feature network with {_FLAGS['features']}, "
            "or both. Protocol "
            f"{protocol.name} was published with the judge {protocol.judge} "
            f"and the features {protocol.features}."
        )
    return names, left_out


_FLAGS = {
    "judge": "--judge=<SavedModel, .keras file or KerasHub preset>",
    "features": "--features=<SavedModel, or fid_inception>",
    "inception": "--features=fid_inception",
}


def _is_possible(name, has_judge, has_features):
    needs = METRICS[name].needs
    if needs == "judge":
        return has_judge
    if needs in ("features", "inception"):
        return has_features
    return True


def _read_names(request):
    names = []
    for word in request.split(","):
        word = word.strip().lower()
        if not word:
            continue
        if word not in METRICS and word not in ALIASES:
            raise ValueError(
                f"--metrics={request}: there is no metric {word!r}. Expected "
                f"some of: {', '.join([*METRICS, *ALIASES])}."
            )
        names += [n for n in ALIASES.get(word, (word,)) if n not in names]
    if not names:
        raise ValueError(
            f"--metrics={request!r}: no metric in it. Expected some of: "
            f"{some(list(METRICS), 30)}."
        )
    return names
