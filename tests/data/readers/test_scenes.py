"""Procedural scenes are a pure function of (split, index, size)."""

import numpy as np
import pytest

from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.readers.scenes import SceneReader


def test_a_scene_is_always_the_same():
    first, second = SceneReader("train", 48, 64), SceneReader("train", 48, 64)
    for index in (0, 7):
        for a, b in zip(first.read(index), second.read(index), strict=True):
            np.testing.assert_array_equal(a, b)
    assert (first.read(0).image != first.read(1).image).any()


def test_splits_show_other_scenes():
    images = [
        SceneReader(split, 48, 64).read(0).image.tobytes()
        for split in ("train", "validation", "test")
    ]
    assert len(set(images)) == 3


def test_the_number_of_training_scenes_is_an_option():
    options = DataOptions(num_scenes=5)
    assert len(open_dataset("scenes", options=options)) == 5
    assert len(open_dataset("scenes", split="validation")) == 100


def test_scenes_too_small_to_see_are_refused():
    with pytest.raises(ValueError, match="at least 32 x 32"):
        SceneReader("train", 16, 64)


def test_a_label_map_merges_classes(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("\n".join(f"{i},{min(i, 1)}" for i in range(10)))
    options = DataOptions(label_map=str(path))
    reader = open_dataset("scenes", options=options)
    plain = open_dataset("scenes").read(3).class_ids
    np.testing.assert_array_equal(reader.read(3).class_ids, plain > 0)
    assert reader.classes.num_classes == 2
