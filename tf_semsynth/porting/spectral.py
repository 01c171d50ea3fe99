"""The file formats of PyTorch's spectral normalisation, made one.

Until 2018, `torch.nn.utils.spectral_norm` stored `X.weight` (the kernel as it
is used, already divided), `X.weight_orig` (undivided) and `X.weight_u`; since
then it stores `X.weight_orig`, `X.weight_u` and `X.weight_v` and divides at
use. The missing v follows from what is there. Its form as a parametrization
stores the same three tensors under other keys.
"""

import re

import numpy as np

# Float32 division leaves a relative error of about 1e-7 per weight; weights
# near zero more. What is not a constant ratio at all is a broken file.
RATIO_TOLERANCE = 1e-3
_PARAMETRIZED = {
    "original": "weight_orig",
    "0._u": "weight_u",
    "0._v": "weight_v",
}


def normalise_spectral_format(state):
    """Returns the state with every spectrally normalised layer in new format.

    Args:
        state: dict, official key -> NumPy array. A state that is in the new
            format already is returned as an equal copy; the keys of a
            parametrization become the others.

    Returns:
        Dict without the plain `X.weight` of such layers and with `X.weight_v`
        such that u . (M v) is the sigma by which the file divides.

    Raises:
        ValueError: `X.weight_orig` without what gives v, or `X.weight` is no
            multiple of it.
    """
    state = with_common_keys(state)
    for name in _old_layers(state):
        effective = state.pop(f"{name}.weight")
        state[f"{name}.weight_v"] = _solve_v(
            name,
            np.asarray(state[f"{name}.weight_orig"], "float64"),
            np.asarray(effective, "float64"),
            np.asarray(state[f"{name}.weight_u"], "float64"),
        )
    return state


def with_common_keys(state):
    """Renames `X.parametrizations.weight.original` and its like.

    Args:
        state: dict, key -> anything.

    Returns:
        Dict in which they are `X.weight_orig`, `.weight_u`, `.weight_v`.
    """
    pattern = re.compile(
        r"(^|.*\.)parametrizations\.weight\.(original|0\._u|0\._v)"
    )
    renamed = {}
    for key, value in state.items():
        found = pattern.fullmatch(key)
        name = found and found[1] + _PARAMETRIZED[found[2]]
        renamed[name or key] = value
    return renamed


def is_old_spectral_format(state):
    """Whether a layer of the state lacks its v, as in files before 2018."""
    return any(_missing_v(state))


def _missing_v(state):
    suffix = ".weight_orig"
    names = (k.removesuffix(suffix) for k in state if k.endswith(suffix))
    return (name for name in names if f"{name}.weight_v" not in state)


def _old_layers(state):
    """Returns the names of layers to convert; their keys are all there."""
    names = list(_missing_v(state))
    for name in names:
        for key in (f"{name}.weight", f"{name}.weight_u"):
            if key not in state:
                raise ValueError(
                    f"`{name}.weight_orig` has neither `{name}.weight_v` nor "
                    "what would give it: the old spectral-norm format needs "
                    f"`{key}`, which is missing. Is the file complete?"
                )
    return names


def _solve_v(name, original, effective, u):
    """Returns v with u . (M v) = sigma, in the row space of M.

    The v of training is normalised M^T u_before, so it lies in the row space
    of M, and M v = sigma u: the least-norm solution is v itself.
    """
    if original.shape != effective.shape:
        raise ValueError(
            f"`{name}.weight` has shape {effective.shape}, but "
            f"`{name}.weight_orig` {original.shape}."
        )
    # <w, w> sigma = <w, w_orig>: the ratio, safe where weights are zero.
    sigma = np.vdot(effective, original) / np.vdot(effective, effective)
    error = np.abs(effective * sigma - original).max()
    if not error <= RATIO_TOLERANCE * np.abs(original).max():
        raise ValueError(
            f"`{name}.weight` is not `{name}.weight_orig` divided by one "
            f"number (largest difference {error:.3g}): the file is damaged, "
            "or this is no spectral normalisation."
        )
    matrix = _matrix(name, original, u)
    # M+ = M^T (M M^T)+, ten times faster for a 1024 x 9216 matrix.
    v = matrix.T @ np.linalg.lstsq(matrix @ matrix.T, u, rcond=None)[0]
    v *= sigma / np.dot(u, matrix @ v)
    return v.astype("float32")


def _matrix(name, weight, u):
    """Returns the kernel as PyTorch's matrix `(out, in * kh * kw)`.

    In a transposed convolution the output channels are the second axis; the
    length of u tells. (With as many inputs as outputs it cannot, and the
    first axis is taken; no network here has such a layer.)
    """
    if u.shape == (weight.shape[0],):
        return weight.reshape(len(u), -1)
    if weight.ndim == 4 and u.shape == (weight.shape[1],):
        return weight.swapaxes(0, 1).reshape(len(u), -1)
    raise ValueError(
        f"`{name}.weight_u` has shape {u.shape}, which is no side of "
        f"`{name}.weight_orig` {weight.shape}."
    )
