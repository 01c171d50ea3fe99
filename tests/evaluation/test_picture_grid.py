import numpy as np
import pytest
from PIL import Image

from tests.evaluation.sample_results import COLOURS, read_evaluation
from tf_semsynth.evaluation import picture_grid


def make_pictures(scores):
    return [{"key": f"k{i}", "mean_iou": s} for i, s in enumerate(scores)]


def keys(pictures):
    return [picture["key"] for picture in pictures]


def test_best_median_and_worst_are_chosen():
    scores = [0.5, 0.1, 0.9, 0.4, 0.6, 0.3, 0.8]
    groups = picture_grid.choose_pictures(make_pictures(scores), 2)
    assert keys(groups["best"]) == ["k2", "k6"]
    assert keys(groups["median"]) == ["k4", "k0"]
    assert keys(groups["worst"]) == ["k5", "k1"]


@pytest.mark.parametrize("count", range(9))
def test_no_picture_is_shown_twice(count):
    groups = picture_grid.choose_pictures(make_pictures([0.5] * count), 3)
    shown = [key for group in groups.values() for key in keys(group)]
    assert len(shown) == len(set(shown))
    assert bool(shown) == bool(count)


def test_pictures_without_mean_iou_are_ranked_by_accuracy():
    pictures = [
        {"key": k, "mean_iou": None, "pixel_accuracy": a}
        for k, a in (("a", 0.2), ("b", 0.9), ("c", None), ("d", 0.5))
    ]
    groups = picture_grid.choose_pictures(pictures, 1)
    assert {g: keys(p) for g, p in groups.items()} == {
        "best": ["b"],
        "median": ["d"],
        "worst": ["a"],
    }


def test_a_layout_has_the_colours_of_its_classes_and_black(tmp_path):
    result = read_evaluation(tmp_path)
    layout = picture_grid.load_layout(result, result.results["pictures"][0])
    # Values 0..2 are classes, 3 does not count, in this order.
    expected = np.repeat([*COLOURS, (0, 0, 0)], 12, axis=0).reshape(6, 8, 3)
    np.testing.assert_array_equal(layout, expected)


def test_large_pictures_are_reduced(tmp_path):
    result = read_evaluation(tmp_path)
    Image.fromarray(np.zeros((300, 640, 3), np.uint8)).save(
        tmp_path / "large.png"
    )
    assert picture_grid.load_picture(result, "large.png").shape == (150, 320, 3)


def test_a_missing_file_is_told_in_the_grid(tmp_path):
    result = read_evaluation(tmp_path)
    (tmp_path / "pictures" / "scene_00.png").unlink()
    pictures = result.results["pictures"][:1]
    drawing = picture_grid.group_drawing(result, pictures)
    words = [v[2] for kind, v in drawing.shapes if kind == "text"]
    assert words.count("no file") == 2  # The picture; there are no photos.
    assert sum(kind == "picture" for kind, _ in drawing.shapes) == 1
