"""Systems of these tests draw a few pictures: compiling would take longer."""

import pytest
import tensorflow as tf

from tf_semsynth.core import backend


@pytest.fixture(scope="module", autouse=True)
def quick_graphs():
    """Neither XLA nor the optimizer of graphs."""
    before = tf.config.optimizer.get_experimental_options()
    tf.config.optimizer.set_experimental_options(
        {"disable_meta_optimizer": True}
    )
    with backend.exporting():
        yield
    tf.config.optimizer.set_experimental_options(
        {"disable_meta_optimizer": False, **before}
    )
