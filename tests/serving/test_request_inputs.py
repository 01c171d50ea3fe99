"""Inputs get the signature's dtypes, or are refused before they are sent."""

import numpy as np
import pytest

from tf_semsynth_serving.errors import InvalidRequest
from tf_semsynth_serving.request_inputs import check_inputs

SIGNATURE = {
    "inputs": {
        "layout_png": {"dtype": "DT_STRING", "shape": [-1]},
        "seed": {"dtype": "DT_INT64", "shape": [-1]},
    }
}


def check(seed, layout=(b"png",)):
    inputs = {"layout_png": layout, "seed": seed}
    return check_inputs("synthesize_png", SIGNATURE, inputs)


def test_lists_become_arrays_of_the_signatures_dtypes():
    arrays = check([7, -1], [b"a", b"b\0"])
    assert arrays["seed"].dtype == np.int64
    assert arrays["seed"].tolist() == [7, -1]
    assert arrays["layout_png"].tolist() == [b"a", b"b\0"]  # Zeros stay.


@pytest.mark.parametrize("seed", [-(2**63), 2**53 + 1, 2**63 - 1])
def test_whole_numbers_of_64_bits_are_kept(seed):
    assert check([seed])["seed"][0] == seed


@pytest.mark.parametrize("seed", [0.5, 2**63, "7", True, None])
def test_what_is_no_whole_number_is_refused(seed):
    with pytest.raises(InvalidRequest, match="the input seed must hold whole"):
        check([seed])


def test_32_bits_have_their_own_range():
    signature = {"inputs": {"version": {"dtype": "DT_INT32", "shape": [-1]}}}
    with pytest.raises(InvalidRequest, match="2147483647"):
        check_inputs("describe", signature, {"version": [2**31]})


def test_missing_and_unknown_inputs_are_refused():
    with pytest.raises(InvalidRequest, match="layout_png, seed.*sed, seed"):
        check_inputs("synthesize_png", SIGNATURE, {"seed": [1], "sed": [1]})
