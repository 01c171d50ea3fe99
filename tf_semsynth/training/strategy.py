"""Which devices train together."""

import json
import os

import tensorflow as tf

from tf_semsynth.training.options import STRATEGIES


def make_strategy(name="auto"):
    """Makes the `tf.distribute` strategy of a training.

    Args:
        name: str. "auto": all GPUs of this machine, or its CPU as one
            device. "mirrored": all GPUs, or all logical CPU devices.
            "multi_worker": the machines that the environment variable
            `TF_CONFIG` lists; the same command runs on each.

    Returns:
        A `tf.distribute.Strategy`. Systems are built and compiled within
        its `scope()`.

    Raises:
        ValueError: the name is unknown, or `TF_CONFIG` is missing or wrong.
    """
    if name not in STRATEGIES:
        raise ValueError(
            f"The strategy must be one of {', '.join(STRATEGIES)}. Received: "
            f"{name!r}."
        )
    if name == "multi_worker":
        _check_tf_config()
        return tf.distribute.MultiWorkerMirroredStrategy()
    devices = _names("GPU")
    if name == "mirrored":
        return tf.distribute.MirroredStrategy(devices or _names("CPU"))
    if len(devices) > 1:
        return tf.distribute.MirroredStrategy(devices)
    return tf.distribute.get_strategy()  # One device needs no copies.


def describe(strategy):
    """What trains, in words, such as "2 replicas (GPU:0, GPU:1)"."""
    replicas = strategy.num_replicas_in_sync
    if replicas == 1:
        return "1 device (" + ("GPU" if _names("GPU") else "CPU") + ")"
    devices = [name[name.find("device:") :] for name in _devices(strategy)]
    short = ", ".join(name.removeprefix("device:") for name in devices)
    return f"{replicas} replicas (this machine: {short})"


def is_chief(strategy):
    """Whether this process writes the files."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    cluster = resolver.cluster_spec().as_dict()
    if "chief" in cluster:
        return resolver.task_type == "chief"
    return resolver.task_type == "worker" and resolver.task_id == 0


def check_batch_size(batch_size, strategy):
    """Checks that the global batch can be shared out evenly.

    Raises:
        ValueError: it cannot.
    """
    replicas = strategy.num_replicas_in_sync
    if batch_size < 1 or batch_size % replicas:
        raise ValueError(
            f"The batch of {batch_size} pictures cannot be shared evenly by "
            f"{replicas} replicas. Expected a multiple of {replicas}, for "
            f"example --batch_size={max(1, batch_size // replicas) * replicas}"
            ", which is the size over all devices together."
        )


def distribute(dataset, strategy):
    """Shares each global batch out by element, without looking at files.

    Args:
        dataset: `tf.data.Dataset` of global batches, all full. With several
            machines, each makes the same data set.
        strategy: `tf.distribute.Strategy`.

    Returns:
        An iterable of what `strategy.run` takes.
    """
    options = tf.data.Options()
    # By file, which is the default, fails with one file and two workers.
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.DATA
    )
    return strategy.experimental_distribute_dataset(
        dataset.with_options(options)
    )


def any_worker(strategy, wish):
    """Whether any machine has this wish; all get the same answer.

    Machines that stopped at different steps would wait for each other for
    ever, so they agree after each step. Free on one machine.
    """
    if strategy.cluster_resolver is None or not (
        strategy.cluster_resolver.task_type
    ):
        return wish
    wishes = strategy.run(lambda: tf.constant(float(wish)))
    return float(strategy.reduce("SUM", wishes, axis=None)) > 0


def _names(kind):
    return [device.name for device in tf.config.list_logical_devices(kind)]


def _devices(strategy):
    return strategy.extended.worker_devices


def _check_tf_config():
    text = os.environ.get("TF_CONFIG", "")
    example = (
        '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, '
        '"task": {"type": "worker", "index": 0}}'
    )
    try:
        config = json.loads(text)
        config["cluster"], config["task"]["type"], config["task"]["index"]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            "The strategy multi_worker reads the machines from the "
            f"environment variable TF_CONFIG. Expected JSON such as {example}. "
            f"Received: {text!r}."
        ) from error
