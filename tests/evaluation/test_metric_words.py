import pytest

from tf_semsynth.evaluation import metric_words
from tf_semsynth.evaluation.metric_sets import METRICS
from tf_semsynth.evaluation.metric_words import describe, exact_number, number


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_words(name):
    words = describe(name)
    assert words.question.endswith("?")
    assert words.short and words.meaning
    assert len(words.short) <= 40  # The place that charts have.


def test_a_name_with_the_number_of_features_is_known():
    words = describe("frechet512")
    assert words.title == "Fréchet distance (frechet512)"
    assert "not FID" in words.meaning
    assert metric_words.is_frechet_distance("frechet512")
    assert metric_words.is_frechet_distance("fid")
    assert metric_words.is_kernel_distance("kid512")
    assert not metric_words.is_kernel_distance("frechet512")


def test_an_unknown_metric_keeps_its_name():
    assert describe("my_score2").title == "my score2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.47659, "0.477"),
        (-0.0451, "−0.045"),
        (0.00712, "0.0071"),
        (-0.00001, "0.0000"),
        (23.456, "23.46"),
        (3315.18, "3,315"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_numbers_have_the_digits_that_readers_need(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.47712, "0.4771"), (-3.0, "-3.0000"), (4089.718, "4089.7"), (None, "")],
)
def test_exact_numbers_can_be_compared_by(value, text):
    assert exact_number(value) == text
