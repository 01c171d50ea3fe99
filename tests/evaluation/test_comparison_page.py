import pytest

from tests.evaluation.sample_results import read_evaluation
from tf_semsynth.evaluation.comparison import make_comparison
from tf_semsynth.evaluation.comparison_page import make_sections, summarise


@pytest.fixture
def pair(tmp_path):
    return [
        read_evaluation(tmp_path / "good", skill=0.8, seed=1),
        read_evaluation(tmp_path / "poor", skill=0.5, seed=2),
    ]


def read(sections, title):
    """The words of the section of a title."""
    return " ".join(
        word for s in sections if s.title == title for word in s.paragraphs
    )


def test_words_name_the_better_method_first(pair):
    comparison = make_comparison(pair[::-1], 100)
    sentence = next(s for s in summarise(comparison) if "Mean IoU" in s)
    assert sentence.startswith("Mean IoU: good (0.")
    assert " is better than poor (0." in sentence


def test_three_methods_are_told_in_one_sentence(pair, tmp_path):
    third = read_evaluation(tmp_path / "fair", skill=0.65, seed=3)
    comparison = make_comparison([*pair, third], 100)
    sentence = next(s for s in summarise(comparison) if "Mean IoU" in s)
    good, fair, poor = (sentence.index(n) for n in ("good", "fair", "poor"))
    assert good < fair < poor
    assert ", which is better than poor" in sentence


def test_what_chance_may_do_is_not_claimed_where_it_is_not_known(pair):
    for result in pair:
        del result.arrays["features"]
    comparison = make_comparison(pair, 50)
    note = read(make_sections(pair, comparison), "Keep in mind")
    assert "not known for: Kernel distance (kid4)." in note
    sentence = next(s for s in summarise(comparison) if "Kernel" in s)
    assert "is ahead of" in sentence


def test_pictures_of_other_sizes_are_told(pair):
    pair[1].results["image_size"] = [16, 12]
    sections = make_sections(pair, make_comparison(pair, 50))
    note = read(sections, "Keep in mind")
    assert "good 8 x 6, poor 16 x 12" in note
    assert note.count("Twelve pictures are few.") == 1  # Of both.


def test_layouts_whose_scores_differ_most_are_shown(pair):
    pair[0].results["pictures"][7]["mean_iou"] = 1.0
    pair[1].results["pictures"][7]["mean_iou"] = 0.0
    sections = make_sections(pair, make_comparison(pair, 50))
    shown = next(s for s in sections if s.title == "The same layouts")
    titles = [v[2] for kind, v in shown.drawing.shapes if kind == "text"]
    assert titles[0] == "scene_07"
    assert {"good · 1.000", "poor · 0.000"} <= set(titles)
