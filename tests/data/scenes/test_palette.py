"""Ten classes with colours of their own."""

import numpy as np

from tf_semsynth.data.scenes import palette


def test_ids_names_and_colours_fit():
    classes = palette.CLASSES
    assert classes.names[palette.SKY] == "sky"
    assert classes.names[palette.SIGN] == "sign"
    assert classes.num_classes == len(set(classes.colours)) == 10
    assert classes.unknown_id is None


def test_mixing_goes_from_the_first_to_the_second():
    first, second = np.zeros(3), np.ones(3)
    np.testing.assert_array_equal(palette.mix(first, second, 0.25), [0.25] * 3)
