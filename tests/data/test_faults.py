"""Faults name file, problem and remedy."""

import pytest

from tf_semsynth.data.faults import DataError, Fault, raise_if_any


def test_a_data_error_carries_its_fault():
    error = DataError("a.png", "is blue.", "Paint it red.")
    assert error.fault == Fault("a.png", "is blue.", "Paint it red.")
    assert str(error) == "a.png: is blue. Paint it red."
    assert isinstance(error, ValueError)


def test_without_faults_nothing_is_raised():
    raise_if_any([])


def test_the_first_faults_are_listed_and_the_others_counted():
    faults = [Fault(f"{i}.png", "is blue.", "Paint it.") for i in range(12)]
    with pytest.raises(ValueError, match="12 faults") as caught:
        raise_if_any(faults, limit=3)
    words = str(caught.value)
    assert "2.png" in words and "3.png" not in words and "9 more" in words
