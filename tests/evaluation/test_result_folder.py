import json

import pytest

from tests.evaluation.sample_results import write_evaluation
from tf_semsynth.evaluation.result_folder import name_of, read_result


def test_a_folder_of_results_is_read_with_its_arrays(tmp_path):
    result = read_result(write_evaluation(tmp_path / "mine"))
    assert result.name == "mine"
    assert result.arrays["features"].shape == (12, 4)
    assert result.path("pictures/scene_00.png").is_file()


def test_a_work_directory_stands_for_the_evaluation_in_it(tmp_path):
    folder = write_evaluation(tmp_path / "training" / "evaluation" / "toy")
    # The summary of a work directory has no pictures.
    (tmp_path / "training" / "metrics.json").write_text('{"schema": 1}')
    result = read_result(tmp_path / "training")
    assert result.folder == folder
    assert result.name == name_of(folder) == "training"
    assert len(result.results["pictures"]) == 12


def test_of_several_evaluations_one_must_be_named(tmp_path):
    for protocol in ("one", "two"):
        write_evaluation(tmp_path / "evaluation" / protocol)
    with pytest.raises(ValueError, match="2 evaluations.*one.*two"):
        read_result(tmp_path)


def test_a_folder_without_results_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(OSError, match="tf_semsynth.evaluate"):
        read_result(tmp_path)


def test_another_kind_of_file_is_refused(tmp_path):
    (tmp_path / "metrics.json").write_text("[]")
    with pytest.raises(ValueError, match="numbers of an evaluation"):
        read_result(tmp_path)


def test_another_schema_is_refused(tmp_path):
    (tmp_path / "metrics.json").write_text(json.dumps({"schema": 7}))
    with pytest.raises(ValueError, match="schema 1. Received: 7"):
        read_result(tmp_path)


def test_a_metric_without_a_value_is_no_score(tmp_path):
    result = read_result(write_evaluation(tmp_path))
    result.results["scores"]["kid4"]["value"] = None
    assert set(result.scores) == {"pixel_accuracy", "mean_iou"}
