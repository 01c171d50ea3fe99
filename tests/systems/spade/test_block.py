import numpy as np
import pytest

from tf_semsynth.systems.spade.block import SpadeResidualBlock

rng = np.random.default_rng(0)
FEATURES = rng.normal(size=(2, 4, 6, 8)).astype("float32")
IDS = rng.integers(0, 3, (2, 4, 6), dtype="int32")


@pytest.mark.parametrize("filters", [8, 4], ids=["identity", "learned"])
@pytest.mark.parametrize("use_spectral_norm", [True, False])
def test_two_stages_equal_the_call(filters, use_spectral_norm):
    block = SpadeResidualBlock(
        filters, 3, 5, use_spectral_norm=use_spectral_norm
    )
    out = block(FEATURES, IDS)
    staged = block.render(FEATURES, block.prepare(IDS))
    assert out.shape == (2, 4, 6, filters)
    np.testing.assert_allclose(out, staged, atol=1e-6)


def test_the_shortcut_is_the_identity_where_widths_agree():
    assert "shortcut" not in _prepared(8)
    assert "shortcut" in _prepared(4)


def _prepared(filters):
    block = SpadeResidualBlock(filters, 3, 5)
    block.build(FEATURES.shape, IDS.shape)
    return block.prepare(IDS)
