"""Feature networks from SavedModels, and the FID Inception."""

import numpy as np
import pytest

from tests.evaluation.networks import save_features, save_judge
from tf_semsynth.evaluation.feature_networks import (
    VARIANTS,
    InceptionFeatures,
    load_features,
)
from tf_semsynth.evaluation.protocols import PROTOCOLS

CAMVID = PROTOCOLS["camvid_judges"]
CITYSCAPES = PROTOCOLS["cityscapes_judges"]


def test_a_saved_model_names_its_distances_and_sizes(tmp_path):
    network = load_features(str(save_features(tmp_path / "n")), CAMVID)
    assert network.name == "means"
    assert network.working_size == (8, 6)
    assert network.dimension == 6
    assert network.kernel_scale == 0.5
    assert network.kernel_subsets is None
    assert (network.frechet_name, network.kid_name) == ("frechet6", "kid6")
    assert not network.official


def test_features_are_the_networks_own(tmp_path):
    network = load_features(str(save_features(tmp_path / "n")), CAMVID)
    images = np.random.default_rng(0).integers(
        256, size=(3, 6, 8, 3), dtype="uint8"
    )
    scaled = (images / 127.5 - 1) * [2.0, 1.0, 0.5]
    both = np.concatenate([scaled, scaled**2], -1)
    expected = both.mean((1, 2))
    np.testing.assert_allclose(
        network.extract(images), expected, rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fid": {}, "frechet6": {}}, None),
        ({"features": "no"}, "no output 'no'; it has pooled"),
        ({"kid6": {"estimator": "unbiased"}}, "feature_scale"),
        (
            {"kid6": {"feature_scale": 1, "estimator": "biased"}},
            "estimator 'biased'",
        ),
        ({"frechet7": {}}, "one entry `frechet"),
    ],
)
def test_descriptions_that_say_too_little_are_refused(tmp_path, changes, words):
    folder = str(save_features(tmp_path / "n", **changes))
    if words is None:
        assert load_features(folder, CAMVID).frechet_name == "frechet6"
        return
    with pytest.raises(ValueError, match=words):
        load_features(folder, CAMVID)


def test_a_network_of_subsets_follows_the_protocol(tmp_path):
    kid = {"feature_scale": 1.0, "estimator": "unbiased MMD^2"}
    folder = str(save_features(tmp_path / "n", kid6=kid))
    assert load_features(folder, CAMVID).kernel_subsets == "protocol"


def test_what_is_no_feature_network_is_refused(tmp_path):
    with pytest.raises(OSError, match="no such folder.*--fid_weights"):
        load_features("squeezenet", CAMVID)
    judge = str(save_judge(tmp_path / "judge"))
    with pytest.raises(ValueError, match="no entry distances"):
        load_features(judge, CAMVID)
    features = str(save_features(tmp_path / "features"))
    with pytest.raises(ValueError, match="feature_height_width/cityscapes"):
        load_features(features, CITYSCAPES)


def test_pictures_of_one_size_keep_it_where_none_is_listed(tmp_path):
    folder = str(save_features(tmp_path / "n"))
    network = load_features(folder, PROTOCOLS["ade20k_spade"])
    assert network.working_size is None
    assert network.extract(np.zeros((1, 20, 30, 3), "uint8")).shape == (1, 6)


def test_the_inception_score_is_the_inceptions_alone(tmp_path):
    folder = str(save_features(tmp_path / "n"))
    with pytest.raises(ValueError, match="--features=fid_inception"):
        load_features(folder, CAMVID, logits=True)


def test_a_protocol_without_a_variant_takes_no_inception():
    with pytest.raises(ValueError, match="features of squeezenet11"):
        load_features("fid_inception", CAMVID)


def test_variants_are_those_of_the_inputs():
    from tf_semsynth.backbones import inception_inputs

    assert VARIANTS == inception_inputs.VARIANTS


def test_random_weights_are_never_called_fid():
    fid_inception = pytest.importorskip("tf_semsynth.backbones.fid_inception")
    from tf_semsynth.backbones.inception_inputs import inception_inputs

    network = fid_inception.FidInception()
    network.build((None, None, None, 3))
    network.fingerprint = "0123456789abcdef"
    features = InceptionFeatures(network=network, logits=True)
    assert features.frechet_name == "frechet2048"
    assert features.kid_name == "kid2048"
    images = np.random.default_rng(0).integers(
        256, size=(1, 40, 50, 3), dtype="uint8"
    )
    rows = features.extract(images)
    outputs = network(inception_inputs(images, "pytorch"))
    expected = np.concatenate(
        [outputs["2048"], outputs["logits_unbiased"]], axis=-1
    )
    np.testing.assert_allclose(rows, expected, rtol=1e-4, atol=1e-4)
