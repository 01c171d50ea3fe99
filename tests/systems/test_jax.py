"""Pictures on Keras' JAX backend equal TensorFlow's, without TensorFlow."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tf_semsynth as ss
from tests.workdirs import randomize
from tf_semsynth.systems.registry import get_config_class

pytest.importorskip("jax")

SCRIPT = Path(__file__).with_name("jax_script.py")
ROOT = SCRIPT.parents[2]


@pytest.mark.parametrize(
    "name", [pytest.param("cc_fpse", marks=pytest.mark.slow), "spade"]
)
def test_a_file_gives_the_same_picture_on_jax(name, tmp_path):
    config = get_config_class(name).tiny(use_encoder=True, use_edges=True)
    system = ss.build_system(name, **dataclasses.asdict(config))
    randomize(system)
    system.compile(ema_decay=0.9)
    rng = np.random.default_rng(0)
    size = (2, config.image_height, config.image_width)
    class_ids = rng.integers(0, config.num_classes, size, dtype="int32")
    latent = rng.normal(size=(2, config.latent_dim)).astype("float32")
    image = system.synthesize({"class_ids": class_ids}, latent=latent)
    system.save(tmp_path / "system.keras")
    arrays = tmp_path / "arrays.npz"
    np.savez(arrays, class_ids=class_ids, latent=latent)
    subprocess.run(
        [sys.executable, SCRIPT, tmp_path / "system.keras", arrays],
        env={**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    found = np.load(arrays)
    np.testing.assert_allclose(found["image"], image, atol=1e-4)
    assert np.asarray(image).std() > 0.01
    assert tuple(found["rebuilt_shape"]) == image.shape
