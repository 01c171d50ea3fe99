"""The made-up requests have the form of real ones."""

import numpy as np

from tf_semsynth.exporting.example_requests import make_request


def test_rows_differ_and_a_seed_repeats_them(spade):
    system = spade.system
    first = make_request("serving_default", system, 2, seed=4)
    again = make_request("serving_default", system, 2, seed=4)
    other = make_request("serving_default", system, 2, seed=5)
    np.testing.assert_array_equal(first["class_ids"], again["class_ids"])
    assert (first["class_ids"] != other["class_ids"]).any()
    assert (first["class_ids"][0] != first["class_ids"][1]).any()
    assert first["seed"].dtype == np.int64
