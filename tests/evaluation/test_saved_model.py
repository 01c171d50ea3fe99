"""Networks that describe themselves."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.evaluation.networks import save_features
from tests.shared import shared_path
from tf_semsynth.evaluation.saved_model import (
    SavedModelNetwork,
    fingerprint,
    full_precision,
)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = save_features(tmp_path_factory.mktemp("networks") / "means")
    return SavedModelNetwork(folder, "--features")


def test_pictures_arrive_between_minus_one_and_one(network):
    images = np.zeros((2, 6, 8, 3), "uint8")
    images[1] = 255
    pooled = network.run(images, "pooled").numpy()
    np.testing.assert_allclose(pooled[:, :3], [[-2, -1, -0.5], [2, 1, 0.5]])


def test_the_fingerprint_is_the_hash_of_the_weights(network):
    path = Path(network.folder, "variables/variables.data-00000-of-00001")
    expected = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert network.fingerprint == expected


def test_recorded_fingerprints_are_found():
    recorded = {
        "espnet_camvid": "843069970ecd367e",
        "espnet_cityscapes": "c7e8e5b2922cffc2",
        "squeezenet11": "1d005ccea97889af",
    }
    for name, expected in recorded.items():
        assert fingerprint(shared_path("judges", name)) == expected


def test_a_damaged_description_is_told(tmp_path):
    folder = save_features(tmp_path / "means")
    (folder / "assets.extra" / "judge.json").write_text("{")
    with pytest.raises(ValueError, match="judge.json is no JSON"):
        SavedModelNetwork(folder, "--features")


def test_precision_is_full_within_and_as_before_after():
    config = tf.config.experimental
    before = config.tensor_float_32_execution_enabled()
    try:
        config.enable_tensor_float_32_execution(True)
        with full_precision():
            assert not config.tensor_float_32_execution_enabled()
        assert config.tensor_float_32_execution_enabled()
    finally:
        config.enable_tensor_float_32_execution(before)
