"""The made-up requests have the form of real ones."""

import io

import numpy as np
from PIL import Image

from tf_semsynth.exporting.example_requests import encode_layout, make_request


def test_a_layout_png_is_grey_and_exact():
    for last, mode in ((255, "L"), (256, "I;16")):
        ids = np.array([[0, last], [1, 2]])
        picture = Image.open(io.BytesIO(encode_layout(ids)))
        assert picture.mode == mode
        np.testing.assert_array_equal(np.asarray(picture), ids)


def test_rows_differ_and_a_seed_repeats_them(spade):
    system = spade.system
    first = make_request("serving_default", system, 2, seed=4)
    again = make_request("serving_default", system, 2, seed=4)
    other = make_request("serving_default", system, 2, seed=5)
    np.testing.assert_array_equal(first["class_ids"], again["class_ids"])
    assert (first["class_ids"] != other["class_ids"]).any()
    assert (first["class_ids"][0] != first["class_ids"][1]).any()
    assert first["seed"].dtype == np.int64
