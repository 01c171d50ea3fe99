"""What a training would cost, without doing it."""

import numpy as np
import tensorflow as tf

from tf_semsynth.training.graph_cost import (
    count_multiply_adds,
    estimate_peak_bytes,
)


def describe_cost(system, batch, num_replicas=1):
    """Counts parameters, multiply-adds and memory; nothing is computed.

    Args:
        system: A compiled `System`, built on one device.
        batch: dict of arrays, a global batch.
        num_replicas: int, the devices that share the batch.

    Returns:
        str, several lines for people.
    """
    specs = {
        key: tf.TensorSpec(
            (len(value) // num_replicas, *value.shape[1:]), value.dtype
        )
        for key, value in batch.items()
    }
    step = (
        tf.function(system.train_step, autograph=False)
        .get_concrete_function(specs)
        .graph
    )
    pictures = len(batch["class_ids"]) // num_replicas
    synthesis = trace_synthesis(system, specs).graph
    parts = [
        "Parameters",
        *_describe_networks(system),
        "Multiply-adds of a picture (convolutions and matrix products, at "
        "most; looking up the layout costs none)",
        _row("synthesis", _billions(count_multiply_adds(synthesis))),
        _row("training step", _billions(count_multiply_adds(step) / pictures)),
        f"Memory of a device, {pictures} pictures each (estimate)",
        *_describe_memory(system, estimate_peak_bytes(step)),
        f"One batch, over {num_replicas} device(s)",
        *(_describe_tensor(key, batch[key]) for key in sorted(batch)),
    ]
    return "\n".join(parts)


def trace_synthesis(system, specs):
    """The generator on one picture, as `synthesize` runs it.

    Args:
        system: A `System`.
        specs: dict, key of the batch -> `tf.TensorSpec`; B does not matter.

    Returns:
        Concrete function.
    """

    def synthesize(batch):
        noise = system.draw_noise(batch["noise_seed"])
        layout = system.layout_of(batch)
        return system.generator(layout, noise.get("latent"), training=False)

    one = {
        key: tf.TensorSpec((1, *spec.shape[1:]), spec.dtype)
        for key, spec in specs.items()
    }
    one.setdefault("noise_seed", tf.TensorSpec((1,), tf.int64))
    return tf.function(synthesize, autograph=False).get_concrete_function(one)


def _describe_networks(system):
    counts = {
        name: _count(network.trainable_variables)
        for name, network in system.networks.items()
    }
    counts["total"] = sum(counts.values())
    return [_row(name, f"{count:,}") for name, count in counts.items()]


def _describe_memory(system, peak):
    optimizers = system.optimizers_by_phase.values()
    sizes = {
        "weights": sum(_bytes(n.variables) for n in system.networks.values()),
        "optimizers": sum(_bytes(o.variables) for o in optimizers),
    }
    if system.ema is not None:
        sizes["averaged weights"] = _bytes(system.ema.variables)
    vgg = getattr(system, "vgg", None)
    if vgg is not None:
        sizes["VGG-19"] = _bytes(vgg.variables)
    sizes["features and gradients"] = peak
    sizes["total"] = sum(sizes.values())
    return [_row(name, f"{size / 1e9:.2f} GB") for name, size in sizes.items()]


def _describe_tensor(key, value):
    value = np.asarray(value)
    return _row(
        key,
        f"{value.shape} {value.dtype}, {value.min():.6g} to {value.max():.6g}",
    )


def _row(name, text):
    return f"  {name:<24}{text}"


def _billions(count):
    return f"{count / 1e9:.3f} G"


def _count(variables):
    return sum(int(np.prod(v.shape)) for v in variables)


def _bytes(variables):
    return sum(
        int(np.prod(v.shape)) * tf.as_dtype(v.dtype).size for v in variables
    )
