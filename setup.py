"""Metadata of the distribution; tool settings are in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = re.search(
    r'__version__ = "(.+)"', (ROOT / "tf_semsynth/__init__.py").read_text()
)[1]

EXTRAS = {
    "eval": ["keras-hub", "matplotlib", "scipy"],
    # Needs the same minor version as tensorflow.
    "serving": [
        "tensorflow-serving-api>=2.18",
        "grpcio",
        "grpcio-health-checking",
    ],
    # importlib-resources: tensorflow-datasets 4.9.10 imports it to write data
    # sets and forgets to ask for it.
    "tfds": ["tensorflow-datasets", "importlib-resources"],
    "beam": ["apache-beam"],
    "convert": ["torch"],
    "retrieval": ["faiss-cpu"],
}
EXTRAS["all"] = sorted({name for extra in EXTRAS.values() for name in extra})
EXTRAS["test"] = [
    "jax",  # The second backend.
    "playwright",  # Drives Debian's Chromium through the studio.
    "pytest",
    "pytest-xdist",  # As many tests at a time as the machine has cores.
    "pyyaml",  # Reads the Kubernetes manifests.
    "ruff",
    *EXTRAS["beam"],
    *EXTRAS["convert"],
    *EXTRAS["eval"],
    *EXTRAS["serving"],
    *EXTRAS["tfds"],
]

setup(
    name="tf_semsynth",
    version=VERSION,
    description="Semantic image synthesis systems for TensorFlow and Keras 3",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=["tf_semsynth", "tf_semsynth.*"]),
    package_data={"tf_semsynth.data": ["classes/*.csv"]},
    install_requires=[
        "absl-py",
        "keras>=3.12",
        "numpy>=2.0",
        "pillow",
        "tensorboard",
        "tensorflow>=2.18",
    ],
    extras_require=EXTRAS,
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Image Processing",
    ],
)
