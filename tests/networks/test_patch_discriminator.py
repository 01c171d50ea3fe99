import numpy as np
import pytest

from tf_semsynth.networks.patch_discriminator import (
    MultiScalePatchDiscriminator,
)

H, W, K = 32, 48, 4


@pytest.fixture
def inputs():
    rng = np.random.default_rng(0)
    image = rng.uniform(-1, 1, (2, H, W, 3)).astype("float32")
    class_ids = rng.integers(0, K, (2, H, W), dtype="int32")
    edges = rng.integers(0, 2, (2, H, W, 1)).astype("float32")
    return image, class_ids, edges


def build(inputs, **options):
    network = MultiScalePatchDiscriminator(K, filters=4, **options)
    network.build(*(x.shape for x in inputs))
    return network


def test_sizes_are_those_of_the_paper(inputs):
    features, scores = build(inputs)(*inputs)
    # Half and one more at stride 2, one more at stride 1.
    heights = [[x.shape[1] for x in scale] for scale in features]
    assert heights == [[17, 9, 5, 6], [9, 5, 3, 4]]
    assert [x.shape for x in scores] == [(2, 7, 9, 1), (2, 5, 6, 1)]
    assert [x.shape[-1] for x in features[0]] == [4, 8, 16, 32]


@pytest.mark.parametrize("num_scales, num_layers", [(1, 4), (3, 2), (2, 1)])
def test_scales_and_layers_can_be_chosen(inputs, num_scales, num_layers):
    network = build(inputs, num_scales=num_scales, num_layers=num_layers)
    features, scores = network(*inputs)
    assert len(features) == len(scores) == num_scales
    assert {len(scale) for scale in features} == {num_layers}


def test_filters_double_up_to_512():
    network = MultiScalePatchDiscriminator(K, filters=128, num_layers=5)
    filters = [c.layer.filters for c in network.scales[0].middle]
    assert filters == [256, 512, 512, 512]


def test_edges_equal_one_more_class_of_the_layout(inputs):
    """All scales read the layout as if it were one-hot with edges last."""
    image, class_ids, edges = inputs
    with_edges = build(inputs)
    without = build(inputs[:2])
    rng = np.random.default_rng(1)
    for ours, other in zip(with_edges.weights, without.weights, strict=True):
        value = rng.normal(size=ours.shape) * 0.1
        ours.assign(value)
        if ours.shape != other.shape:  # Drop the edges' row, after classes.
            value = np.delete(value, K, axis=2)
        other.assign(value)
    _, scores = with_edges(image, class_ids, 0 * edges)
    _, expected = without(image, class_ids)
    for score, reference in zip(scores, expected, strict=True):
        np.testing.assert_allclose(score, reference, rtol=1e-4, atol=1e-5)
    _, changed = with_edges(image, class_ids, edges)
    assert all(
        np.abs(np.subtract(a, b)).max() > 1e-3
        for a, b in zip(changed, scores, strict=True)
    )


def test_scores_are_float32_under_mixed_precision(inputs):
    network = build(inputs, dtype="mixed_bfloat16")
    features, scores = network(*inputs)
    assert {x.dtype.name for x in scores} == {"float32"}
    assert {x.dtype.name for s in features for x in s} == {"bfloat16"}


def test_its_config_makes_an_equal_network(inputs):
    network = build(inputs, num_layers=3)
    other = MultiScalePatchDiscriminator.from_config(network.get_config())
    other.build(*(x.shape for x in inputs))
    other.set_weights(network.get_weights())
    for score, reference in zip(
        other(*inputs)[1], network(*inputs)[1], strict=True
    ):
        np.testing.assert_array_equal(score, reference)
