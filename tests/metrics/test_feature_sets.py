"""What both metrics of two sets of features refuse."""

import numpy as np
import pytest

from tf_semsynth.metrics.kernel_distance import KernelDistance
from tf_semsynth.metrics.precision_recall import PrecisionRecall

MAKERS = (lambda: KernelDistance(), lambda: PrecisionRecall(neighbours=1))


@pytest.mark.parametrize("make", MAKERS)
def test_a_side_with_too_few_pictures_is_counted_in_the_error(make):
    state = make()
    state.update(np.zeros((3, 4)), True, "abc")
    state.update(np.zeros((1, 4)), False, "a")
    with pytest.raises(ValueError, match="2 pictures .* 3 real and 1 gen"):
        state.result()


@pytest.mark.parametrize("make", MAKERS)
def test_two_networks_are_refused(make):
    state = make()
    state.update(np.zeros((3, 4)), True, "abc")
    state.update(np.zeros((3, 5)), False, "abc")
    with pytest.raises(ValueError, match="4 features .* ones 5"):
        state.result()


@pytest.mark.parametrize("make", MAKERS)
def test_a_key_may_be_on_both_sides_but_once_on_each(make):
    state = make()
    state.update(np.zeros((2, 4)), True, "ab")
    state.update(np.zeros((2, 4)), False, "ab")
    with pytest.raises(ValueError, match="came twice, such as 'b'"):
        state.update(np.zeros((1, 4)), False, "b")
