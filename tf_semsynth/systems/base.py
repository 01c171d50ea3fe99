"""What all systems share: their networks and their training step.

`synthesis.py` has the part that makes pictures, `saving.py` the part that
goes to files and back, `compiling.py` the part that makes the optimizers and
`fitting.py` the part that Keras' loops call.
"""

import dataclasses
from collections.abc import Callable

import keras
from keras import ops

from tf_semsynth.core import backend, gradient_registry
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.dtype_policy import (
    check_keras_settings,
    default_policy,
)
from tf_semsynth.optimizers.ema import ExponentialMovingAverage
from tf_semsynth.systems.compiling import Compiling, check_networks
from tf_semsynth.systems.fitting import Fitting
from tf_semsynth.systems.keras_data import batch_of
from tf_semsynth.systems.saving import Saving
from tf_semsynth.systems.synthesis import SYNTHESIS_PHASE, Synthesis


@dataclasses.dataclass(frozen=True)
class Phase:
    """One update within a training step.

    Attributes:
        name: str, such as "generator".
        losses: Function `(batch, noise, training)` to a dictionary of named,
            weighted scalar terms; the update descends their sum.
        networks: Names of the networks that the phase updates.
        optimizer: Function from `schedule` to the paper's optimizer, where
            `schedule(rate)` is the learning-rate schedule from `rate`.
    """

    name: str
    losses: Callable
    networks: tuple[str, ...]
    optimizer: Callable


class System(Synthesis, Saving, Compiling, Fitting, keras.Model):
    """A published system: its networks, losses, updates and synthesis.

    A subclass sets `config_class`, and defines `build_networks`, `phases`
    and, where it has them, `noise_shapes` and `official_rules`. It may list
    `OFFICIAL_SIGNS` (network -> official keys by which it is found in a file,
    whatever its options), patterns of `UNUSED_OFFICIAL_KEYS` (tensors of the
    authors' files that no forward pass reads) and of
    `WEIGHTS_WITHOUT_GRADIENT` (paths of trainable variables whose gradient may
    be exactly zero). Users of Keras `compile`, `fit`, `evaluate`, `save` and
    load it as any model.

    Args:
        config: The system's `Config`.
        classes: `ClassTable`, names and colours; default `class_0`, ...
        **kwargs: Base model arguments, such as `name` and `dtype`.
    """

    config_class = None
    OFFICIAL_SIGNS = {}
    UNUSED_OFFICIAL_KEYS = ()
    WEIGHTS_WITHOUT_GRADIENT = ()

    def __init__(self, config, classes=None, **kwargs):
        super().__init__(**kwargs)
        check_keras_settings(self.dtype_policy)
        self.jit_compile = False  # XLA leaves the checks of batches out.
        self.config = config
        self.classes = classes or ClassTable.default(config.num_classes)
        if self.classes.num_classes != config.num_classes:
            raise ValueError(
                f"`classes` names {self.classes.num_classes} classes, but "
                f"`num_classes` is {config.num_classes}."
            )
        self.ema = None
        self.train_steps = backend.replica_local_variable(
            (), "zeros", dtype="int64", name="train_steps"
        )
        self.absent_networks = set()
        self.optimizers_by_phase = {}
        self._official_networks = set()
        self._compile_options = None
        self._synthesis_functions = {}
        with default_policy(self.dtype_policy):
            self.build_networks()
        self.built = True
        for layer in self._flatten_layers():
            layer.built = True  # Keras would call those without weights.

    # What a subclass defines.

    def build_networks(self):
        """Makes and builds the networks as attributes."""
        raise NotImplementedError

    def phases(self):
        """Returns the tuple of `Phase`, in order of their updates."""
        raise NotImplementedError

    def noise_shapes(self, phase):
        """Returns the noise of a phase: name -> shape of one row."""
        return {}

    def official_rules(self, network_name):
        """Returns the `porting.rules.Rule` list of a network."""
        raise NotImplementedError

    @classmethod
    def infer_fields(cls, states, given):
        """Returns the config fields that the authors' files determine.

        Args:
            states: Dictionary, network name -> official key -> array.
            given: Dictionary of fields that the user has set; they win where
                the files leave a choice.
        """
        return {}

    # Facts.

    @property
    def networks(self):
        """The networks by name: generator, discriminator, encoder."""
        names = ("generator", "discriminator", "encoder")
        found = {name: getattr(self, name, None) for name in names}
        return {name: x for name, x in found.items() if x is not None}

    @property
    def has_encoder(self):
        """Whether a reference picture's style can be encoded."""
        return "encoder" in set(self.networks) - self.absent_networks

    @property
    def uses_noise(self):
        """Whether synthesis depends on a seed."""
        return bool(self.noise_shapes(SYNTHESIS_PHASE))

    @property
    def batch_keys(self):
        """The keys of the batch that training reads."""
        edges = ("edges",) if self.config.use_edges else ()
        return ("image", "class_ids", *edges)

    # Training.

    def make_average(self, decay):
        """Returns a moving average of the generator, for `ema_decay`."""
        return ExponentialMovingAverage(self.generator, decay, name="ema")

    @backend.compiling()
    def train_step(self, batch):
        """Makes one update of each phase.

        Args:
            batch: Dictionary of tensors, see `core/batch.py`; on several
                replicas, the replica's part.

        Returns:
            Dictionary of float32 scalars: each weighted term and the total
            as `loss/<phase>/<term>`, this replica's mean, and
            `finite/<phase>`, 1.0 where all replicas' gradients are finite.
        """
        import tensorflow as tf

        self._check_present()
        batch = self._complete_batch(batch)
        logs = {}
        # Where the data end, a graph must not have changed anything yet: the
        # step's number and the vectors of spectral normalisation wait for
        # no picture by themselves.
        with tf.control_dependencies(list(batch.values())):
            for index, phase in enumerate(self.phases()):
                noise = self.draw_noise(batch["noise_seed"], 1 + index)
                logs.update(self._update(phase, batch, noise))
            steps = ops.convert_to_tensor(self.train_steps)
            self.train_steps.assign(steps + 1)
            if self.ema is not None:
                self.ema.update()
        return logs

    @backend.compiling()
    def test_step(self, batch):
        """Evaluates the losses without an update; see `train_step`."""
        batch = self._complete_batch(batch)
        logs = {}
        for index, phase in enumerate(self.phases()):
            noise = self.draw_noise(batch["noise_seed"], 1 + index)
            terms = phase.losses(batch, noise, False)
            logs.update(_loss_logs(phase, terms))
        return logs

    def gradients(self, phase, batch, noise):
        """Computes a phase's terms and gradients of their sum.

        On several replicas the gradients are this replica's share: their sum
        over the replicas is the gradient of the mean over all pictures.

        Returns:
            Dictionary of terms, and list of gradients in the order of the
            phase's trainable variables.
        """
        import tensorflow as tf

        variables = self.variables_of(phase)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in variables])
            terms = phase.losses(batch, noise, True)
            loss = sum(terms.values()) / backend.num_replicas()
        values = [variable.value for variable in variables]
        return terms, tape.gradient(loss, values, unconnected_gradients="zero")

    def variables_of(self, phase):
        """Returns the trainable variables that a phase updates, in order.

        Raises:
            ValueError: The phase names a network that the system lacks.
        """
        check_networks(phase, self.networks)
        return [
            variable
            for name in phase.networks
            for variable in self.networks[name].trainable_variables
        ]

    # Details.

    def _check_present(self):
        if self._compile_options is None:
            raise ValueError(
                "The system has no optimizers yet: call system.compile(), "
                "which makes the paper's."
            )
        if self.absent_networks:
            raise ValueError(
                "The official weights were loaded without those of: "
                f"{', '.join(sorted(self.absent_networks))}. Training needs "
                "every network: load theirs too, or, to train them from "
                "their random start, set system.absent_networks = set()."
            )

    def _update(self, phase, batch, noise):
        terms, gradients = self.gradients(phase, batch, noise)
        optimizer = self.optimizers_by_phase[phase.name]
        optimizer.apply(gradients, self.variables_of(phase))
        if backend.on_tensorflow():
            gradient_registry.hand_over_all()  # Of its all-reduce.
        # A sum is finite only if all that went into it is.
        total = sum(ops.sum(gradient) for gradient in gradients)
        finite = ops.cast(ops.isfinite(total), "float32")
        share = backend.all_reduce_sum(finite) / backend.num_replicas()
        logs = _loss_logs(phase, terms)
        logs[f"finite/{phase.name}"] = ops.floor(share)
        return logs

    def _complete_batch(self, batch):
        batch = self.check_batch(batch_of(batch), ("image", "class_ids"))
        return {
            **batch,
            **self.layout_of(batch),
            "noise_seed": self._noise_seed(batch),
        }

    def _noise_seed(self, batch):
        """The batch's own seeds, or ones from (seed, step, global row)."""
        if batch.get("noise_seed") is not None:
            return ops.cast(batch["noise_seed"], "int64")
        rows = ops.shape(batch["class_ids"])[0]
        rows_before = ops.cast(backend.replica_index() * rows, "int64")
        row = ops.arange(rows, dtype="int64") + rows_before
        step = ops.convert_to_tensor(self.train_steps)
        seed = getattr(self, "noise_seed", 0)
        return (seed * 2**24 + step) * 2**20 + row


def _loss_logs(phase, terms):
    logs = {
        f"loss/{phase.name}/{name}": ops.cast(value, "float32")
        for name, value in terms.items()
    }
    logs[f"loss/{phase.name}/total"] = sum(logs.values())
    return logs
