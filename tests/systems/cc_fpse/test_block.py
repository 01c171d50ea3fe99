import numpy as np
import pytest

from tf_semsynth.systems.cc_fpse.block import ConditionalConvolutionBlock

H, W, C, K, D = 4, 6, 8, 3, 5
rng = np.random.default_rng(0)
FEATURES = rng.normal(size=(2, H, W, C)).astype("float32")
IDS = rng.integers(0, K, (2, H, W), dtype="int32")
LAYOUT = rng.normal(size=(2, H, W, D)).astype("float32")


@pytest.fixture(params=[C, C // 2], ids=["identity", "learned"])
def block(request):
    block = ConditionalConvolutionBlock(request.param, 7, K)
    block.build(FEATURES.shape, IDS.shape, LAYOUT.shape)
    random = np.random.default_rng(1)
    for variable in block.variables:
        scale = 0.2 if len(variable.shape) > 1 else 1.0
        value = np.abs(random.normal(size=variable.shape)) * scale
        variable.assign(value)
    return block


def test_two_stages_equal_the_call(block):
    prepared = block.prepare(IDS, LAYOUT)
    staged = block.render(FEATURES, prepared)
    np.testing.assert_allclose(
        block(FEATURES, IDS, LAYOUT), staged, rtol=1e-5, atol=1e-5
    )
    assert staged.shape == (2, H, W, block.filters)


def test_prepared_kernels_and_gates_have_their_shapes(block):
    prepared = block.prepare(IDS, LAYOUT)
    assert prepared["kernels_1"].shape == (2, H, W, 9 * C)
    assert prepared["kernels_2"].shape == (2, H, W, 9 * block.filters)
    for name in ("gate_1", "gate_2"):
        gate = np.asarray(prepared[name])
        assert gate.shape == (2, H, W, block.filters)
        assert (0 <= gate).all() and (gate <= 1).all()
    assert ("shortcut" in prepared) == (block.filters != C)


def test_joined_hidden_features_equal_those_of_each_head(block):
    hidden = block._hidden(IDS, LAYOUT)
    for name, layer in block.hidden_layers.items():
        alone = np.maximum(layer(IDS, LAYOUT), 0)
        np.testing.assert_allclose(hidden[name], alone, rtol=1e-4, atol=1e-4)


def test_closed_gates_leave_the_shortcut_alone(block):
    prepared = block.prepare(IDS, LAYOUT)
    closed = {
        **prepared,
        "gate_1": prepared["gate_1"] * 0,
        "gate_2": prepared["gate_2"] * 0,
    }
    out = block.render(FEATURES, closed)
    if block.shortcut is None:
        np.testing.assert_array_equal(out, FEATURES)
        return
    modulated = block.norm_shortcut(FEATURES, IDS, LAYOUT)
    np.testing.assert_allclose(
        out, block.shortcut(modulated), rtol=1e-4, atol=1e-4
    )


def test_a_block_that_widens_is_refused():
    block = ConditionalConvolutionBlock(2 * C, 7, K)
    with pytest.raises(ValueError, match="cannot widen"):
        block.build(FEATURES.shape, IDS.shape, LAYOUT.shape)
