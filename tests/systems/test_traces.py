"""What a system leaves in TensorFlow: in its registry, in what users save."""

import gc

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.ops import gradient_registry

from tests.training import painter
from tf_semsynth.core import backend
from tf_semsynth.exporting.inspection import format_parts, inspect_saved_model


def registered():
    names = gradient_registry._registry
    return {name for name in names if name.startswith("CustomGradient-")}


@pytest.mark.parametrize("num_devices", [1, 2])
def test_a_trained_system_leaves_nothing_behind(num_devices):
    gc.collect()
    before = registered()
    devices = [f"CPU:{index}" for index in range(num_devices)]
    strategy = tf.distribute.MirroredStrategy(devices)
    system = painter.build(strategy)
    system.fit(painter.make_dataset(0, length=2), verbose=0)
    assert registered() != before  # All-reduces have gradients.
    del system, strategy
    keras.backend.clear_session()
    gc.collect()
    assert registered() == before


def test_a_users_model_around_the_generator_has_no_mark_of_xla(tmp_path):
    system = painter.build()
    ids = keras.Input((painter.H, painter.W), dtype="int32")
    outer = keras.Model(ids, system.generator({"class_ids": ids}))
    outer.export(tmp_path, verbose=False)
    parts = inspect_saved_model(str(tmp_path))
    assert "Nothing flagged" in format_parts(str(tmp_path), parts)


def test_synthesis_is_compiled_here_but_not_in_a_graph_of_the_users(
    monkeypatch,
):
    monkeypatch.setattr(backend, "LEAST_COMPILED_WORK", 1)
    system = painter.build()
    batch = {"class_ids": painter.make_batch(0)["class_ids"]}

    def is_marked(graph):
        functions = graph.as_graph_def().library.function
        return any(f.attr["_XlaMustCompile"].b for f in functions)

    with backend.compiling():
        own = system._function("prepare").get_concrete_function(batch)
    assert is_marked(own.graph)
    expected = system.synthesize(batch)
    users = tf.function(system.synthesize, autograph=False)
    assert not is_marked(users.get_concrete_function(batch).graph)
    np.testing.assert_allclose(users(batch), expected, atol=1e-6)
