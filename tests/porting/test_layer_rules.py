"""A layer filled by its rules computes what PyTorch's own layer does."""

import numpy as np
import pytest

from tf_semsynth.layers.conv import Conv2D
from tf_semsynth.layers.conv_transpose import Conv2DTranspose
from tf_semsynth.layers.dense import Dense
from tf_semsynth.layers.layout_conv import LayoutConv2D
from tf_semsynth.layers.spectral_normalization import SpectralNormalization
from tf_semsynth.layers.sync_batch_normalization import SyncBatchNormalization
from tf_semsynth.porting import layer_rules
from tf_semsynth.porting.rules import apply_rules
from tf_semsynth.porting.transforms import chw_columns, chw_rows, tap_major

torch = pytest.importorskip("torch", reason="needs PyTorch, extra [convert]")

B, H, W, C, F = 2, 6, 4, 3, 5  # All different, so that a swapped axis shows.


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    return rng.normal(size=(B, H, W, C)).astype("float32")


def _fill(layer, rules, module):
    state = {f"x.{k}": v.numpy() for k, v in module.state_dict().items()}
    apply_rules(rules("x", layer), state, variables=layer.weights)


def _official(module, features):
    inputs = torch.tensor(np.moveaxis(features, -1, 1).copy())
    with torch.no_grad():
        return np.moveaxis(module.eval()(inputs).numpy(), 1, -1)


@pytest.mark.parametrize("use_bias", [True, False])
def test_convolution(features, use_bias):
    module = torch.nn.Conv2d(C, F, 3, stride=2, padding=1, bias=use_bias)
    layer = Conv2D(F, 3, strides=2, use_bias=use_bias)
    layer.build(features.shape)
    _fill(layer, layer_rules.conv_rules, module)
    np.testing.assert_allclose(
        layer(features), _official(module, features), atol=1e-5
    )


def test_convolution_over_class_ids():
    num_classes = 4
    ids = np.random.default_rng(1).integers(0, num_classes, (B, H, W))
    module = torch.nn.Conv2d(num_classes, F, 3, padding=1)
    layer = LayoutConv2D(F, 3, num_classes)
    layer.build(ids.shape)
    _fill(layer, layer_rules.conv_rules, module)
    one_hot = np.eye(num_classes, dtype="float32")[ids]
    np.testing.assert_allclose(
        layer(ids.astype("int32")), _official(module, one_hot), atol=1e-5
    )


def test_convolution_with_reordered_outputs(features):
    module = torch.nn.Conv2d(C, 9 * F, 1)
    layer = Conv2D(9 * F, 1)
    layer.build(features.shape)

    def rules(prefix, layer):
        return layer_rules.conv_rules(prefix, layer, outputs=tap_major)

    _fill(layer, rules, module)
    ours = np.asarray(layer(features)).reshape(B, H, W, 9, F)
    official = _official(module, features).reshape(B, H, W, F, 9)
    np.testing.assert_allclose(ours, np.swapaxes(official, -1, -2), atol=1e-5)


def test_transposed_convolution(features):
    module = torch.nn.ConvTranspose2d(
        C, F, 3, stride=2, padding=1, output_padding=1
    )
    layer = Conv2DTranspose(F, 3)
    layer.build(features.shape)
    _fill(layer, layer_rules.conv_transpose_rules, module)
    np.testing.assert_allclose(
        layer(features), _official(module, features), atol=1e-5
    )


def _convolution():
    return torch.nn.Conv2d(C, F, 3, padding=1), Conv2D(F, 3)


def _transposed():
    module = torch.nn.ConvTranspose2d(
        C, F, 3, stride=2, padding=1, output_padding=1
    )
    return module, Conv2DTranspose(F, 3)


@pytest.mark.parametrize("make", [_convolution, _transposed])
def test_spectral_normalisation_with_vectors_far_from_converged(features, make):
    module, layer = make()
    module = torch.nn.utils.spectral_norm(module)
    layer = SpectralNormalization(layer)
    layer.build(features.shape)
    _fill(layer, layer_rules.spectral_rules, module)
    official = _official(module, features)
    # A sigma near zero makes large values: errors count relative to them.
    allowed = 1e-5 * np.abs(official).max()
    np.testing.assert_allclose(layer(features), official, atol=allowed)
    # One power iteration from the same vectors, too.
    inputs = torch.tensor(np.moveaxis(features, -1, 1).copy())
    official = module.train()(inputs).detach().numpy()
    ours = np.moveaxis(np.asarray(layer(features, training=True)), -1, 1)
    np.testing.assert_allclose(ours, official, atol=1e-5)


def test_spectral_normalisation_of_a_dense_layer():
    x = np.random.default_rng(2).normal(size=(B, C)).astype("float32")
    module = torch.nn.utils.spectral_norm(torch.nn.Linear(C, F)).eval()
    layer = SpectralNormalization(Dense(F))
    layer.build(x.shape)
    _fill(layer, layer_rules.spectral_rules, module)
    official = module(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(layer(x), official, atol=1e-4)


@pytest.mark.parametrize("affine", [True, False])
def test_batch_norm(features, affine):
    module = torch.nn.BatchNorm2d(C, affine=affine)
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.dtype == torch.float32:
                tensor.uniform_(0.5, 2.0)
    layer = SyncBatchNormalization(affine=affine)
    layer.build(features.shape)
    _fill(layer, layer_rules.batch_norm_rules, module)
    np.testing.assert_allclose(
        layer(features), _official(module, features), atol=1e-5
    )


def test_dense_layer_before_a_reshape_to_channel_first():
    x = np.random.default_rng(3).normal(size=(B, 7)).astype("float32")
    module = torch.nn.Linear(7, C * H * W)
    layer = Dense(C * H * W)
    layer.build(x.shape)

    def rules(prefix, layer):
        return layer_rules.dense_rules(prefix, layer, outputs=chw_rows(C, H, W))

    _fill(layer, rules, module)
    official = module(torch.tensor(x)).detach().numpy().reshape(B, C, H, W)
    ours = np.asarray(layer(x)).reshape(B, H, W, C)
    np.testing.assert_allclose(ours, np.moveaxis(official, 1, -1), atol=1e-5)


def test_dense_layer_on_flattened_channel_first_features(features):
    module = torch.nn.Linear(C * H * W, F)
    layer = Dense(F)
    layer.build((B, C * H * W))

    def rules(prefix, layer):
        return layer_rules.dense_rules(
            prefix, layer, inputs=chw_columns(C, H, W)
        )

    _fill(layer, rules, module)
    flat = np.moveaxis(features, -1, 1).reshape(B, -1)
    official = module(torch.tensor(flat)).detach().numpy()
    np.testing.assert_allclose(
        layer(features.reshape(B, -1)), official, atol=1e-5
    )
