"""The choice of metrics."""

import pytest

from tf_semsynth.evaluation.metric_sets import choose_metrics
from tf_semsynth.evaluation.protocols import (
    PROTOCOLS,
)

CAMVID = PROTOCOLS["camvid_judges"]


def test_names_and_aliases_of_metrics():
    names, left_out = choose_metrics("KID, miou,prdc", CAMVID, True, True)
    assert names == [
        "kid",
        "mean_iou",
        "precision",
        "recall",
        "density",
        "coverage",
    ]
    assert left_out == []


def test_by_default_all_that_there_are_networks_for():
    names, left_out = choose_metrics(None, CAMVID, False, True)
    assert names == ["fid", "kid"]
    assert left_out == ["pixel_accuracy", "mean_iou"]


@pytest.mark.parametrize(
    ("request_", "judge", "features", "words"),
    [
        ("fidd", True, True, "no metric 'fidd'.*pixel_accuracy.*miou"),
        ("miou", False, True, "mean_iou needs --judge"),
        ("kid", True, False, "kid needs --features"),
        (",", True, True, "no metric in it"),
        (None, False, False, "name a judge.*espnet_camvid.*squeezenet11"),
    ],
)
def test_what_cannot_be_computed_is_refused(request_, judge, features, words):
    with pytest.raises(ValueError, match=words):
        choose_metrics(request_, CAMVID, judge, features)
