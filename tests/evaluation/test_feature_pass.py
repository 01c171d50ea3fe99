"""Taking features of sets of pictures, and what is kept of it."""

import numpy as np
import pytest

from tests.evaluation.networks import (
    Counting,
    make_scenes,
    save_features,
)
from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.feature_networks import load_features
from tf_semsynth.evaluation.feature_pass import FeaturePass
from tf_semsynth.evaluation.pictures import FilePictures, ReducedPictures
from tf_semsynth.evaluation.protocols import PROTOCOLS


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("features") / "means"
    return load_features(str(save_features(folder)), PROTOCOLS["camvid_judges"])


@pytest.fixture
def scenes(tmp_path):
    make_scenes(tmp_path)
    images = picture_files.find_files(tmp_path / "images", "--images")
    labels = picture_files.find_files(tmp_path / "labels", "--labels")
    return FilePictures(images, (32, 24)), FilePictures(labels, (32, 24))


def test_a_run_that_stops_goes_on_where_it_stopped(network, scenes, tmp_path):
    pictures, _ = scenes
    counting = Counting(network)
    taking = FeaturePass(
        counting, cache=tmp_path / "c", batch_size=2, show=False
    )
    damaged = pictures.paths["scene3"]
    content = damaged.read_bytes()
    damaged.write_bytes(content[:100])
    with pytest.raises(ValueError, match="scene3"):
        taking.run(pictures, "features")
    assert counting.shown == 2
    damaged.write_bytes(content)
    pictures._digests.clear()
    features = taking.run(pictures, "features")
    assert counting.shown == 4
    for key, row in zip(pictures.keys, features, strict=True):
        image = picture_files.read_picture(pictures.paths[key], (8, 6))
        expected = network.extract(image[None])[0]
        np.testing.assert_allclose(row, expected, rtol=1e-6, atol=1e-6)


def test_reduced_pictures_have_features_of_their_own(network, scenes, tmp_path):
    pictures, _ = scenes
    taking = FeaturePass(network, cache=tmp_path / "c", show=False)
    first = taking.run(pictures, "features")
    reduced = ReducedPictures(pictures.paths, (4, 3))
    assert np.abs(taking.run(reduced, "features") - first).max() > 1e-3
    np.testing.assert_array_equal(taking.run(pictures, "features"), first)
