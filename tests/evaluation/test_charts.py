import numpy as np
import pytest

from tf_semsynth.evaluation import charts


def texts(drawing):
    """All texts of a drawing with their places, from top to bottom."""
    found = [v[:3] for kind, v in drawing.shapes if kind == "text"]
    return sorted(found, key=lambda text: text[1])


def make_classes(ious):
    return [
        {"id": k, "name": f"c{k}", "colour": (k, 0, 0), "iou": iou, "pixels": 9}
        for k, iou in enumerate(ious)
    ]


@pytest.mark.parametrize(
    ("name", "better", "value", "others", "ends"),
    [
        ("mean_iou", "higher", 0.4, [0.5], (0.0, 1.0)),
        ("kid512", "lower", 3.0, [1.0, 5.0], (5.4, 0.0)),
        ("kid512", "lower", 0.1, [-0.02], (0.108, -0.02)),
        ("psnr", "higher", 20.0, [25.0], (0.0, 27.0)),
        ("density", "higher", 0.5, [], (0.0, 0.54)),
    ],
)
def test_the_right_end_of_a_rail_is_the_best(name, better, value, others, ends):
    score = {"value": value, "better": better}
    assert charts.rail_ends(name, score, others) == pytest.approx(ends)


def test_a_better_value_lies_further_right_whatever_is_better():
    scores = {
        "mean_iou": {"value": 0.4, "better": "higher"},
        "kid512": {"value": 3.0, "better": "lower"},
    }
    ceiling = {"mean_iou": 0.8, "kid512": 1.0}
    drawing = charts.score_rails(scores, ceiling, {}, {})
    place = {text: x for x, y, text in texts(drawing)}
    blue = [v for k, v in drawing.shapes if k == "polygon" and v[1] == "accent"]
    ends = [max(x for x, _ in points) for points, *_ in blue[1:]]
    assert ends[0] < place["0.800"]
    assert ends[1] < place["1.000"]


def test_classes_are_sorted_and_absent_ones_left_out():
    drawing = charts.class_bars(make_classes([0.2, None, 0.9, 0.0]))
    names = [text for _, _, text in texts(drawing) if text.startswith("c")]
    assert names == ["class", "c2", "c0", "c3"]


def test_of_many_classes_the_best_and_worst_are_shown():
    drawing = charts.class_bars(make_classes(np.linspace(0.99, 0.01, 150)))
    found = [text for _, _, text in texts(drawing)]
    assert "… 110 classes between …" in found
    assert {"c0", "c19", "c130", "c149"} <= set(found)
    assert not {"c20", "c129"} & set(found)


def test_rows_of_the_confusion_add_up_to_a_hundred():
    confusion = [[60, 20, 20], [0, 0, 0]]
    drawing = charts.confusion_chart(
        confusion, ["a", "b", "other"], make_classes([0.6, None])
    )
    found = [text for _, _, text in texts(drawing)]
    # Class b was never asked for: a column of "all others" holds it.
    assert found.count("60") == 1 and found.count("40") == 1
    assert "all others" in found


def test_of_many_classes_the_largest_are_in_the_confusion():
    size = 60
    confusion = (
        np.eye(size, size + 1, dtype=int) * np.arange(1, size + 1)[:, None]
    )
    columns = [f"c{k}" for k in range(size)] + ["other"]
    drawing = charts.confusion_chart(
        confusion, columns, make_classes([1.0] * size)
    )
    found = {text for _, _, text in texts(drawing)}
    assert {"c59", "c36", "all others"} <= found
    assert "c35" not in found
