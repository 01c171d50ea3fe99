import json

import pytest
from PIL import Image

from tests.evaluation.sample_results import read_evaluation
from tf_semsynth.evaluation.comparison import (
    check_comparable,
    compare,
    make_comparison,
)


@pytest.fixture
def pair(tmp_path):
    return [
        read_evaluation(tmp_path / "good", skill=0.8, seed=1),
        read_evaluation(tmp_path / "poor", skill=0.5, seed=2),
    ]


def verdicts(comparison):
    return {d["metric"]: d["verdict"] for d in comparison["differences"]}


def test_a_clear_difference_is_told(pair):
    comparison = make_comparison(pair, 200)
    found = verdicts(comparison)
    assert found["mean_iou"] == found["pixel_accuracy"] == "first"
    for difference in comparison["differences"]:
        low, high = difference["low"], difference["high"]
        assert low <= difference["advantage"] <= high


def test_the_order_of_the_methods_does_not_matter(pair):
    forth = make_comparison(pair, 100)["differences"]
    back = make_comparison(pair[::-1], 100)["differences"]
    for one, other in zip(forth, back, strict=True):
        assert one["advantage"] == pytest.approx(-other["advantage"])
        assert one["low"] == pytest.approx(-other["high"])


def test_an_advantage_is_positive_where_the_lower_value_is_better(pair):
    comparison = make_comparison(pair, 50)
    distance = {d["metric"]: d for d in comparison["differences"]}["kid4"]
    values = [m["scores"]["kid4"]["value"] for m in comparison["methods"]]
    assert values[0] < values[1]
    assert distance["advantage"] == pytest.approx(values[1] - values[0])


def test_methods_alike_are_not_told_apart(tmp_path):
    alike = [
        read_evaluation(tmp_path / str(seed), skill=0.7, seed=seed)
        for seed in (1, 2)
    ]
    found = verdicts(make_comparison(alike, 300))
    assert found["mean_iou"] == "not told apart"


def test_a_small_difference_in_every_picture_is_real(tmp_path):
    # Each method alone varies by more than the two differ.
    pair = [read_evaluation(tmp_path / name, seed=1) for name in ("a", "b")]
    worse = pair[1].arrays["confusions"]
    worse[:, 0, 0] -= 3
    worse[:, 0, -1] += 3
    value = pair[0].scores["pixel_accuracy"]["value"] - 0.01
    del pair[1].results["scores"]["mean_iou"]
    pair[1].results["scores"]["pixel_accuracy"]["value"] = value
    comparison = make_comparison(pair, 200)
    first, second = (
        method["scores"]["pixel_accuracy"] for method in comparison["methods"]
    )
    assert second["high"] > first["low"]  # The intervals overlap, ...
    assert verdicts(comparison)["pixel_accuracy"] == "first"  # ... and yet.


def test_files_and_table_are_written(pair, tmp_path):
    pytest.importorskip("matplotlib")
    table = compare(pair, tmp_path / "out", num_resamples=50)
    comparison = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert comparison["protocol"] == {"name": "toy", "hash": "0123456789ab"}
    assert [m["name"] for m in comparison["methods"]] == ["good", "poor"]
    page = (tmp_path / "out" / "comparison.html").read_text()
    assert "paired bootstrap" in page and "good is better" in page
    with Image.open(tmp_path / "out" / "comparison.png") as picture:
        assert picture.width == 1600
    assert "mean_iou (higher is better)" in table
    assert "comparison.html" in table


def test_methods_of_one_name_get_their_folders(tmp_path):
    results = [read_evaluation(tmp_path / n / "result") for n in "ab"]
    compare(results, tmp_path / "out", 20, with_picture=False)
    page = (tmp_path / "out" / "comparison.html").read_text()
    assert str(tmp_path / "a" / "result") in page


def test_one_evaluation_is_no_comparison(pair):
    with pytest.raises(ValueError, match="two evaluations"):
        check_comparable(pair[:1])


def test_other_protocols_are_refused_with_what_differs(pair):
    protocol = {**pair[1].results["protocol"], "hash": "ff", "mean_iou": "mit"}
    pair[1].results["protocol"] = protocol
    with pytest.raises(ValueError, match=r"mean_iou \(drn and mit\)"):
        check_comparable(pair)


def test_other_networks_are_refused(pair):
    pair[1].results["networks"]["judge"]["fingerprint"] = "cccc"
    with pytest.raises(ValueError, match=r"judge \(j aaaa and j cccc\)"):
        check_comparable(pair)


def test_other_layouts_are_refused(pair):
    pair[1].results["pictures"].pop()
    with pytest.raises(ValueError, match="1 layouts.*scene_11"):
        check_comparable(pair)


def test_other_photos_are_refused(pair):
    pair[1].arrays["reference_features"] += 0.5
    with pytest.raises(ValueError, match="real photos differ"):
        check_comparable(pair)
