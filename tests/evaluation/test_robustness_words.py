"""What tables and reports say of scores under perturbed layouts."""

from tf_semsynth.evaluation.robustness_words import (
    robustness_lines,
    robustness_paragraphs,
    robustness_table,
)

RESULTS = {
    "scores": {
        "mean_iou": {"value": 0.5},
        "frechet9": {"value": 3315.18},
        "lpips_diversity": {"value": 0.1},
    },
    "robustness": {
        "borders": {
            "meaning": "borders shifted",
            "changed_pixels": 0.0567,
            "scores": {"mean_iou": 0.4, "frechet9": 3400.0},
        },
        "objects": {
            "meaning": "small areas dropped",
            "changed_pixels": 0.04,
            "scores": {"mean_iou": None, "frechet9": 3500.0},
        },
    },
}


def test_the_table_has_a_column_for_each_perturbation():
    lines = robustness_lines(RESULTS)
    assert [line.split() for line in lines if line.strip("-")] == [
        ["perturbed", "layouts", "none", "borders", "objects"],
        ["pixels", "changed", "5.7", "%", "4.0", "%"],
        ["mean_iou", "0.5000", "0.4000"],
        ["frechet9", "3315.2", "3400.0", "3500.0"],
    ]
    assert len({len(line) for line in (lines[0], lines[1], lines[4])}) == 1


def test_the_report_says_it_in_sentences():
    first, second = robustness_paragraphs(RESULTS)
    assert first.startswith("Borders: borders shifted (5.7 % of the pixels).")
    assert "0.400 instead of 0.500" in first
    assert "– instead of 0.500" in second
    head, rows = robustness_table(RESULTS)
    assert head[2:] == ("borders", "objects")
    assert rows[0][1:] == ("0.500", "0.400", "–")
    assert len(rows) == 2


def test_without_perturbations_nothing_is_said():
    results = {"scores": RESULTS["scores"]}
    assert robustness_lines(results) == []
    assert robustness_paragraphs({**results, "robustness": {}}) == []
