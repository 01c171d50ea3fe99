"""The reader of official numbers, on a file made here."""

import json

import numpy as np
import pytest

from tests.parity.fixtures import (
    Fixture,
    assert_close,
    assert_close_l2,
    computed_weight,
    fixture_files,
    to_class_ids,
    to_nhwc,
)


@pytest.fixture
def shared(tmp_path, monkeypatch):
    folder = tmp_path / "fixtures" / "spade"
    folder.mkdir(parents=True)
    monkeypatch.setenv("TF_SEMSYNTH_SHARED", str(tmp_path))
    meta = {
        "kind": "encoder",
        "seed": 501,
        "config": {"ngf": 4},
        "formula": {"fc.weight": [[2, 3], 0.5]},
    }
    np.savez(
        folder / "encoder_64.npz",
        **{
            "meta": json.dumps(meta),
            "state/E/fc.bias": np.ones(2),
            "in/image": np.zeros((1, 3, 4, 4)),
            "in/cotangent/mu": np.ones(2),
            "out/eval/mu": np.full(2, 7),
            "loss/G/total": np.float32(3),
            "gradnorm/names": np.array(["fc.bias"]),
            "gradnorm/values": np.array([1.5]),
        },
    )
    return folder


def test_files_are_found_by_their_kind(shared):
    (found,) = fixture_files("spade", "encoder", "decoder")
    assert found.id == "encoder_64"
    assert found.values == (shared / "encoder_64.npz",)


def test_a_missing_kind_is_a_skip_that_names_it(shared):
    (found,) = fixture_files("spade", "decoder")
    assert "no file of kind decoder" in found.marks[0].args[0]


def test_a_files_parts_are_given_by_name(shared):
    fixture = Fixture(shared / "encoder_64.npz")
    assert fixture.config == {"ngf": 4}
    assert set(fixture.state("E")) == {"fc.bias", "fc.weight"}
    assert set(fixture.inputs) == {"image"}
    assert set(fixture.cotangents) == {"mu"}
    assert fixture.outputs("eval")["mu"].tolist() == [7, 7]
    assert fixture.losses == {"G/total": 3.0}
    assert fixture.gradient_norms() == {"fc.bias": 1.5}


def test_computed_weights_depend_on_seed_and_key():
    weight = computed_weight(501, "fc.weight", (2, 3), 0.5)
    assert weight.dtype == np.float32
    assert not np.array_equal(
        weight, computed_weight(502, "fc.weight", (2, 3), 0.5)
    )
    assert not np.array_equal(
        weight, computed_weight(501, "fc.bias", (2, 3), 0.5)
    )


def test_channels_and_classes_are_moved_to_our_layout():
    ids = np.array([[[0, 2], [1, 1]]])
    one_hot = np.moveaxis(np.eye(3)[ids], -1, 1)
    edges = np.full((1, 1, 2, 2), 9.0)  # Not a class, though the largest.
    semantics = np.concatenate([one_hot, edges], axis=1)
    assert to_class_ids(semantics, 3).tolist() == ids.tolist()
    assert to_nhwc(one_hot).shape == (1, 2, 2, 3)


def test_errors_are_measured_against_the_largest_value():
    reference = np.array([0.0, 100.0])
    assert_close(reference + 0.019, reference)
    with pytest.raises(AssertionError, match="mu: largest error 0.021"):
        assert_close(reference + 0.021, reference, name="mu")
    with pytest.raises(AssertionError):
        assert_close([np.nan, 100.0], reference)
    with pytest.raises(AssertionError, match="shape"):
        assert_close(np.zeros((2, 1)), reference)


def test_gradients_are_measured_as_a_whole():
    reference = np.array([3.0, 4.0])
    assert_close_l2([3.0, 4.04], reference)
    with pytest.raises(AssertionError, match="L2 error"):
        assert_close_l2([3.0, 4.06], reference)
