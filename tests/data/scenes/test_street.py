"""Scenes show every class, recognisable by colour and texture."""

import numpy as np
import pytest

from tf_semsynth.data.scenes import palette
from tf_semsynth.data.scenes.street import paint_scene


@pytest.fixture(scope="module")
def scenes():
    return [paint_scene(64, 64, np.random.default_rng(i)) for i in range(60)]


@pytest.mark.parametrize("height, width", [(32, 32), (48, 96), (130, 70)])
def test_any_size_is_painted_whole(height, width):
    scene = paint_scene(height, width, np.random.default_rng(0))
    assert scene.image.shape == (height, width, 3)
    assert scene.image.dtype == np.uint8
    assert scene.class_ids.shape == scene.instance_ids.shape == (height, width)
    assert scene.class_ids.dtype == scene.instance_ids.dtype == np.int32


def test_every_class_occurs_often(scenes):
    num_classes = palette.CLASSES.num_classes
    shown = np.array(
        [
            np.bincount(s.class_ids.ravel(), minlength=num_classes)
            for s in scenes
        ]
    )
    assert num_classes >= 8
    assert ((shown > 0).mean(0) > 0.6).all()
    assert (shown.sum(0) / shown.sum() > 0.01).all()


def test_classes_are_told_apart_by_their_mean_colours(scenes):
    image = np.concatenate([s.image.reshape(-1, 3) for s in scenes])
    ids = np.concatenate([s.class_ids.ravel() for s in scenes])
    means = [image[ids == k].mean(0) for k in range(10)]
    for first in range(10):
        for second in range(first):
            distance = np.abs(means[first] - means[second]).max()
            names = palette.CLASSES.names[first], palette.CLASSES.names[second]
            assert distance > 10, names


def test_every_class_has_a_texture(scenes):
    """Neighbouring pixels of a class differ, by more than camera noise."""
    for k in range(10):
        steps = []
        for scene in scenes:
            same = (scene.class_ids[:, 1:] == k) & (
                scene.class_ids[:, :-1] == k
            )
            grey = scene.image.mean(-1)
            steps.append(np.abs(np.diff(grey, axis=1))[same])
        assert np.concatenate(steps).mean() > 2.5, palette.CLASSES.names[k]


def test_instances_belong_to_one_class_each(scenes):
    for scene in scenes:
        for instance in np.unique(scene.instance_ids):
            classes = np.unique(scene.class_ids[scene.instance_ids == instance])
            assert len(classes) == 1
            expected = instance if instance < 1000 else instance // 1000
            assert classes[0] == expected


def test_two_cars_are_two_instances(scenes):
    counts = [
        len(np.unique(s.instance_ids[s.class_ids == palette.CAR]))
        for s in scenes
    ]
    assert max(counts) >= 2
