"""What is written into the folder of results."""

import json

import numpy as np
import pytest

from tf_semsynth.evaluation import results
from tf_semsynth.evaluation.judging import PictureCounts, to_pairs
from tf_semsynth.evaluation.set_scores import Score


def test_arrays_come_back_dense(tmp_path):
    rng = np.random.default_rng(0)
    dense = rng.integers(9, size=(5, 3, 4)) * (rng.random((5, 3, 4)) < 0.3)
    counts = PictureCounts(3)
    for key, matrix in zip("abcde", dense, strict=True):
        counts.add(key, to_pairs(matrix))
    features = rng.normal(size=(5, 6)).astype("float32")
    reference = rng.normal(size=(7, 6)).astype("float32")
    photos = list("abcdefg")
    results.write_arrays(
        tmp_path, counts.keys, counts, features, reference, photos, 0.25
    )
    with np.load(tmp_path / "evaluation.npz", allow_pickle=False) as file:
        assert file["keys"].tolist() == list("abcde")
        np.testing.assert_array_equal(file["confusions"], dense)
        assert file["confusions"].dtype == np.uint32
        np.testing.assert_array_equal(file["features"], features)
        np.testing.assert_array_equal(file["reference_features"], reference)
        assert file["reference_keys"].tolist() == photos
        assert file["kernel_scale"] == 0.25
    assert [p.name for p in tmp_path.iterdir()] == ["evaluation.npz"]


def test_only_what_there_is_is_written(tmp_path):
    results.write_arrays(tmp_path, ["a"])
    with np.load(tmp_path / "evaluation.npz") as file:
        assert sorted(file.files) == ["kernel_scale", "keys"]


def test_json_holds_no_nan(tmp_path):
    assert results.tidy(float("nan")) is None
    assert results.tidy(float("inf")) is None
    assert results.tidy(np.float32(0.5)) == 0.5
    path = results.write_results({"a": [0.5, None], "name": "Straße"}, tmp_path)
    assert json.loads(path.read_text()) == {"a": [0.5, None], "name": "Straße"}
    with pytest.raises(ValueError):
        results.write_results({"a": float("nan")}, tmp_path)


def test_files_beside_the_results_are_named_from_them(tmp_path):
    inside = tmp_path / "out" / "pictures" / "a.png"
    outside = tmp_path / "outer" / "a.png"
    output = tmp_path / "out"
    assert results.path_from(inside, output) == "pictures/a.png"
    assert results.path_from(outside, output) == str(outside)


def test_scores_say_how_to_read_them():
    scores = {"frechet9": Score(3.0), "kid9": Score(-0.1, 0.02)}
    names = {"frechet9": "fid", "kid9": "kid"}
    found = results.describe_scores(scores, names)
    assert found["frechet9"]["better"] == "lower"
    assert found["kid9"]["value"] == -0.1 and found["kid9"]["std"] == 0.02
    assert all(entry["meaning"] for entry in found.values())
