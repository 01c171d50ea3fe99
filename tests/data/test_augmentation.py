"""Colours change within bounds."""

import numpy as np

from tests.data import makers
from tf_semsynth.data.augmentation import jitter_colours


def test_no_strength_changes_nothing():
    image = makers.photo()
    same = jitter_colours(image, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(same, image, atol=1)


def test_a_grey_picture_stays_grey():
    image = np.full((4, 4, 3), 90, "uint8")
    changed = jitter_colours(image, 0.5, np.random.default_rng(1))
    assert changed.dtype == np.uint8
    assert len(np.unique(changed)) == 1
    assert 45 <= changed[0, 0, 0] <= 135 and changed[0, 0, 0] != 90
