"""Two tiny systems and their exports, made once for all tests."""

import dataclasses
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from tests.workdirs import randomize
from tf_semsynth.core import backend
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.exporting.writer import export_system
from tf_semsynth.systems import registry


class Exported(NamedTuple):
    system: object
    steps: int
    directory: str
    record: dict
    signatures: dict
    model: object  # Kept alive: without it the signatures lose their weights.
    weights_before: list


def tiny(name, **fields):
    config = registry.get_config_class(name).tiny()
    fields = {**dataclasses.asdict(config), **fields}
    classes = ClassTable.default(fields["num_classes"], unknown_id=0)
    system = registry.build_system(name, classes, **fields)
    randomize(system)
    return system


def draw(system, batch, **noise):
    """`synthesize` as NumPy, without the minutes that XLA would take."""
    with backend.exporting():
        return np.asarray(system.synthesize(batch, **noise))


def weights_of(system):
    return [
        np.array(weight)
        for network in system.networks.values()
        for weight in network.weights
    ]


def export(system, directory, **options):
    before = weights_of(system)
    record = export_system(
        system, directory, warmup_batch_sizes=(1, 3), **options
    )
    model = tf.saved_model.load(directory)
    signatures = dict(model.signatures.items())
    steps = int(system.train_steps)
    return Exported(system, steps, directory, record, signatures, model, before)


@pytest.fixture(scope="session")
def cc_fpse(tmp_path_factory):
    """CC-FPSE with an encoder, so with noise; not square."""
    system = tiny("cc_fpse", use_encoder=True, image_width=128)
    system.train_steps.assign(5)
    return export(system, str(tmp_path_factory.mktemp("cc_fpse") / "1"))


@pytest.fixture(scope="session")
def spade(tmp_path_factory):
    """SPADE with instance edges and without noise; not verified."""
    system = tiny("spade", use_encoder=False, use_edges=True)
    directory = str(tmp_path_factory.mktemp("spade") / "7")
    return export(system, directory, verify=False)
