"""Settings of all tests: quiet logs, two logical CPU devices, `--slow`."""

import contextlib
import ctypes
import gc
import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Expected numbers are a CPU's; CUDA_VISIBLE_DEVICES=0 tests on a GPU.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras  # noqa: E402  The settings above must come first.
import tensorflow as tf  # noqa: E402

# The number of devices cannot change after the first operation. All tests
# have two CPU devices therefore, and those of one device use the first.
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    2 * [tf.config.LogicalDeviceConfiguration()],
)
# Optimizing a graph takes longer here than running it does. How optimized ones
# compute is seen where tests start processes: verified exports, commands.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def pytest_addoption(parser):
    parser.addoption(
        "--slow",
        action="store_true",
        help="also run the tests marked `slow` (minutes each)",
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow; run with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="module")
def _of_its_own():
    """What a module's tests see does not depend on the modules before it.

    New weights are the same in every run, and hundreds of models do not pile
    up in one process.
    """
    keras.utils.set_random_seed(0)
    yield
    keras.utils.clear_session()
    gc.collect()
    _return_memory()


def _return_memory():
    """Gives freed memory back to the system, where the C library can."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


@pytest.fixture(autouse=True)
def _own_collectives():
    """Gives the strategies of each test keys of their own.

    TensorFlow remembers the shapes of a strategy's collectives by their keys,
    which start anew for each strategy, and fails on the next one's shapes.
    """
    tf.distribute.MirroredStrategy._collective_key_base += 10
