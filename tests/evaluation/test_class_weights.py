"""Weights of classes, from counts of pixels."""

import math

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.options import DataOptions
from tf_semsynth.evaluation.class_weights import class_weights, count_pixels
from tf_semsynth.evaluation.judge_classes import find_classes


def test_weights_are_those_of_the_formula():
    weights = class_weights([300, 100, 0])
    expected = [1 / math.log(1.85), 1 / math.log(1.35), 1 / math.log(1.1)]
    np.testing.assert_allclose(weights, expected, rtol=1e-12)
    assert weights.max() < 10.5
    assert class_weights([1])[0] == pytest.approx(1.348, abs=1e-3)


def test_pixels_are_counted_without_the_unknown_class(tmp_path):
    reader = open_dataset(
        "folder",
        makers.folder(tmp_path, count=3),
        options=DataOptions(unknown_id=1),
    )
    ids = np.stack([makers.label(k) for k in range(3)])
    found = count_pixels(reader, find_classes(reader))
    assert found.tolist() == [(ids == 0).sum(), (ids == 2).sum()]


def test_a_data_set_of_nothing_but_unknown_is_refused(tmp_path):
    root = makers.folder(tmp_path, count=2, num_classes=1)
    reader = open_dataset("folder", root, options=DataOptions(unknown_id=0))
    with pytest.raises(ValueError, match="No pixel.*unknown_id"):
        count_pixels(reader, find_classes(reader))
