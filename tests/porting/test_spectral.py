"""The old spectral-norm format gives the layer that it was written from."""

import numpy as np
import pytest

from tf_semsynth.porting.spectral import (
    is_old_spectral_format,
    normalise_spectral_format,
    with_common_keys,
)


def _layers(weight_shape, transposed=False, seed=0):
    """A layer after one power iteration, in the new and the old format."""
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=weight_shape)
    matrix = weight.swapaxes(0, 1) if transposed else weight
    matrix = matrix.reshape(matrix.shape[0], -1)
    v = matrix.T @ rng.normal(size=len(matrix))
    v /= np.linalg.norm(v)
    u = matrix @ v
    u /= np.linalg.norm(u)
    sigma = u @ matrix @ v
    new = {
        "a.weight_orig": weight.astype("float32"),
        "a.weight_u": u.astype("float32"),
        "a.weight_v": v.astype("float32"),
        "a.bias": np.ones(3, "float32"),
    }
    old = {k: x for k, x in new.items() if k != "a.weight_v"}
    old["a.weight"] = (weight / sigma).astype("float32")
    return new, old


@pytest.mark.parametrize(
    ("shape", "transposed"),
    [
        ((4, 3, 3, 3), False),
        ((8, 2, 1, 1), False),  # More outputs than inputs.
        ((6, 2, 3, 3), True),
        ((5, 7), False),
    ],
)
def test_the_missing_vector_is_found(shape, transposed):
    new, old = _layers(shape, transposed)
    found = normalise_spectral_format(old)
    assert set(found) == set(new)
    for key, expected in new.items():
        np.testing.assert_allclose(found[key], expected, atol=2e-5)


def test_the_new_format_is_left_as_it_is():
    new, _ = _layers((4, 3, 3, 3))
    found = normalise_spectral_format(new)
    assert found.keys() == new.keys()
    assert all(found[key] is new[key] for key in new)


def test_the_format_is_recognised():
    new, old = _layers((4, 3, 3, 3))
    assert is_old_spectral_format(old)
    assert not is_old_spectral_format(new)


def test_an_incomplete_layer_is_named():
    _, old = _layers((4, 3, 3, 3))
    del old["a.weight"]
    with pytest.raises(ValueError, match="needs `a.weight`, which is miss"):
        normalise_spectral_format(old)


def test_a_kernel_that_is_no_multiple_is_refused():
    _, old = _layers((4, 3, 3, 3))
    old["a.weight"][0, 0, 0, 0] += 1
    with pytest.raises(ValueError, match="divided by one number"):
        normalise_spectral_format(old)


def test_a_vector_of_another_length_is_refused():
    _, old = _layers((4, 3, 3, 3))
    old["a.weight_u"] = np.ones(7, "float32")
    with pytest.raises(ValueError, match=r"\(7,\).*\(4, 3, 3, 3\)"):
        normalise_spectral_format(old)


def test_the_keys_of_a_parametrization_become_the_others():
    state = {
        "parametrizations.weight.original": 1,
        "x.parametrizations.weight.original": 2,
        "x.parametrizations.bias.original": 3,
    }
    assert with_common_keys(state) == {
        "weight_orig": 1,
        "x.weight_orig": 2,
        "x.parametrizations.bias.original": 3,
    }
