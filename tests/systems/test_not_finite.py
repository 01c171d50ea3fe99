import math

import pytest

from tf_semsynth.systems.not_finite import find_not_finite


def test_finite_numbers_are_no_fault():
    scalars = {"loss/generator/l1": 0.5, "finite/generator": 1.0}
    assert find_not_finite(scalars) == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_is_named(value):
    (words,) = find_not_finite({"loss/generator/l1": value})
    assert words == f"loss/generator/l1 is {value}"


def test_gradients_are_named_by_their_phase():
    (words,) = find_not_finite({"loss/a/l1": 1.0, "finite/a": 0.5})
    assert words == "the gradients of the a phase are not finite"
