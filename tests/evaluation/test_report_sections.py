import pytest

from tests.evaluation.sample_results import read_evaluation
from tf_semsynth.evaluation.report_sections import (
    describe_set,
    make_sections,
    summarise,
)


@pytest.fixture
def result(tmp_path):
    return read_evaluation(tmp_path)


def test_a_score_is_told_among_ceiling_and_floors(result):
    result.results["scores"]["kid4"]["value"] = 0.4
    ceiling = {"kid4": 0.01, "mean_iou": None}
    floors = {"class_mean_colours": {"kid4": 0.9}, "other": {"kid4": 0.35}}
    result.results.update(ceiling=ceiling, floors=floors)
    words = summarise(result, {"kid4": (0.3, 0.5)})
    assert words[0].startswith("Does each picture show its layout?")
    assert words[1] == (
        "Do the pictures look like photos? Kernel distance (kid4) 0.400: "
        "better than class mean colours (0.900), within chance of other "
        "(0.350), worse than real photos (0.010)."
    )


def test_without_an_interval_nothing_is_within_chance(result):
    result.results["ceiling"] = {"kid4": 0.2}
    result.results["scores"]["kid4"]["value"] = 0.2001
    words = " ".join(summarise(result, {}))
    assert "worse than real photos (0.200)" in words


def test_ceiling_and_floors_are_explained_only_where_they_are(result):
    def words():
        return " ".join(make_sections(result)[0].paragraphs)

    assert "the ceiling" in words() and "Floors" in words()
    result.results.update(ceiling={}, floors={})
    assert "the ceiling" not in words() and "Floors" not in words()


def test_few_classes_lie_beside_their_confusion_and_many_do_not(result):
    def halves():
        return [s.title for s in make_sections(result) if s.half]

    assert halves() == ["Classes", "What is mistaken for what"]
    more = result.results["per_class"] * 10
    confusion = [[1] * 31] * 30
    result.results.update(per_class=more, confusion=confusion)
    result.results["confusion_columns"] = ["x"] * 31
    result.arrays.clear()
    assert halves() == []


def test_pictures_without_photos_are_described(result):
    result.results["num_reference"] = 0
    assert describe_set(result.results).endswith("8 x 6 pixels")


def test_perturbed_layouts_have_a_section_where_there_are_any(result):
    def titles():
        return [section.title for section in make_sections(result)]

    assert "Perturbed layouts" not in titles()
    result.results["robustness"] = {
        "borders": {
            "meaning": "borders shifted",
            "changed_pixels": 0.05,
            "scores": {"mean_iou": 0.25, "kid4": None},
        }
    }
    section = make_sections(result)[titles().index("Perturbed layouts")]
    assert "borders shifted (5.0 % of the pixels)" in section.paragraphs[1]
    assert "0.250 instead of" in section.paragraphs[1]
