import pytest

from tf_semsynth.evaluation import comparison_charts

METHODS = [
    {
        "name": "ours",
        "iou": [0.5, 0.9, None],
        "scores": {
            "kid512": {"value": 1, "low": 0.8, "high": 1.3, "better": "lower"}
        },
    },
    {
        "name": "theirs",
        "iou": [0.4, 0.3, 0.1],
        "scores": {
            "kid512": {"value": 2, "low": None, "high": None, "better": "lower"}
        },
    },
]
CLASSES = [{"name": f"c{k}", "colour": (k, 0, 0)} for k in range(3)]


def texts(drawing):
    return [values[2] for kind, values in drawing.shapes if kind == "text"]


def centres(drawing, colour):
    """The middles of all marks of a colour, across."""
    found = []
    for kind, values in drawing.shapes:
        if kind == "polygon" and values[1] == colour:
            across = [x for x, _ in values[0]]
            found.append((min(across) + max(across)) / 2)
    return found


def test_every_method_has_its_score_and_what_is_known_of_its_interval():
    drawing = comparison_charts.score_chart(METHODS, ["kid512"])
    words = texts(drawing)
    assert {"ours", "theirs", "1.000", "2.000", "0.800 to 1.300"} <= set(words)
    ours, theirs = (centres(drawing, f"method_{i}")[-1] for i in (0, 1))
    assert ours > theirs  # Lower is better, and better is right.


@pytest.mark.parametrize(
    ("advantage", "low", "high", "verdict", "words"),
    [
        (0.2, 0.1, 0.3, "first", ("ours is better", "0.100 to 0.300")),
        (-0.2, -0.3, -0.1, "second", ("theirs is better", "0.100 to 0.300")),
        (-0.1, -0.3, 0.1, "not told apart", ("chance", "−0.100 to 0.300")),
    ],
)
def test_a_difference_is_told_from_the_better_side(
    advantage, low, high, verdict, words
):
    difference = {
        "metric": "mean_iou",
        "first": 0,
        "second": 1,
        "advantage": advantage,
        "low": low,
        "high": high,
        "verdict": verdict,
    }
    drawing = comparison_charts.difference_chart(
        [difference], ["ours", "theirs"]
    )
    told = " | ".join(texts(drawing))
    assert all(word in told for word in words)


def test_classes_that_differ_most_come_first_and_absent_ones_are_left_out():
    drawing = comparison_charts.class_chart(METHODS, CLASSES)
    names = [text for text in texts(drawing) if text.startswith("c")]
    assert names == ["c1", "c0"]
