"""What all systems share: training steps, synthesis, saving."""

import dataclasses
from collections.abc import Callable

import keras
from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.core.batch import check_batch
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.config import config_from_dict, config_to_dict
from tf_semsynth.core.edges import make_edges
from tf_semsynth.optimizers.ema import ExponentialMovingAverage
from tf_semsynth.porting.rules import apply_rules
from tf_semsynth.porting.spectral import normalise_spectral_format

SYNTHESIS_PHASE = 0


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


@dataclasses.dataclass(frozen=True)
class PreparedLayout:
    """What depends on layouts alone, ready for any number of noises.

    Attributes:
        tensors: Nested dictionaries of tensors with leading axis B.
        batch_size: int, B.
    """

    tensors: dict
    batch_size: int


class System(keras.Model):
    """A published system: its networks, losses, updates and synthesis.

    A subclass sets `config_class` and `UNUSED_OFFICIAL_KEYS`, and defines
    `build_networks`, `phases`, `noise_shapes` and `official_rules`. Users of
    Keras `compile`, `fit`, `evaluate`, `save` and load it as any model.

    Args:
        config: The system's `Config`.
        classes: `ClassTable`, names and colours; default `class_0`, ...
        **kwargs: Base model arguments, such as `name` and `dtype`.
    """

    config_class = None
    UNUSED_OFFICIAL_KEYS = ()

    def __init__(self, config, classes=None, **kwargs):
        super().__init__(**kwargs)
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
        self._compile_options = None
        self._synthesis_functions = {}
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

    # Synthesis.

    def synthesize(self, batch, seed=None, latent=None):
        """Makes pictures of layouts.

        Args:
            batch: Dictionary with "class_ids" int `(B, H, W)` and, for
                systems with edges, optionally "edges" `(B, H, W, 1)` (else
                made from the class borders); or a `PreparedLayout`, whose
                single row serves any number of seeds.
            seed: Sequence of B ints; row i depends on seed i and layout i
                alone. Ignored by systems without noise.
            latent: In place of `seed`, the noise itself, float
                `(B, latent_dim)`: equal pictures on every backend.

        Returns:
            float32 tensor `(B, H, W, 3)` in [-1, 1].

        Raises:
            ValueError: Neither `seed` nor `latent` was given to a system
                with noise, or their number is not that of the layouts.
        """
        if not isinstance(batch, PreparedLayout):
            batch = self.prepare_layout(batch)
        noise = self._synthesis_noise(batch.batch_size, seed, latent)
        rows = batch.batch_size if noise is None else noise.shape[0]
        if rows != batch.batch_size and batch.batch_size != 1:
            raise ValueError(
                "One seed a layout is needed. Received: "
                f"{rows} seeds for {batch.batch_size} layouts."
            )
        return self._function("render")(batch.tensors, noise)

    def prepare_layout(self, batch):
        """Computes what depends on the layout alone, once.

        Args:
            batch: As for `synthesize`.

        Returns:
            `PreparedLayout`.
        """
        layout = self.layout_of(batch)
        check_batch(layout, ("class_ids",), self.config.num_classes)
        tensors = self._function("prepare")(layout)
        return PreparedLayout(tensors, layout["class_ids"].shape[0])

    def encode(self, batch):
        """Encodes reference pictures: the posterior's mean.

        Args:
            batch: Dictionary with "image" float `(B, H, W, 3)`, [-1, 1].

        Returns:
            float32 tensor `(B, latent_dim)`, a `latent` for `synthesize`.
        """
        if not self.has_encoder:
            raise ValueError(
                "This system has no image encoder, so a picture's style "
                "cannot be encoded. Build it with use_encoder=True, or load "
                "the encoder's weights."
            )
        mean, _ = self._function("encoder")(batch["image"])
        return mean

    def layout_of(self, batch):
        """Returns the generator's part of a batch; makes missing edges."""
        ids = ops.cast(batch["class_ids"], "int32")
        if not self.config.use_edges:
            return {"class_ids": ids}
        edges = batch.get("edges")
        edges = make_edges(ids) if edges is None else edges
        return {"class_ids": ids, "edges": ops.cast(edges, "float32")}

    def draw_noise(self, noise_seed, phase=SYNTHESIS_PHASE):
        """Draws a phase's noise; row i depends on seed i alone.

        Args:
            noise_seed: int64 tensor `(B,)`.
            phase: int, 0 in synthesis, else 1 + the phase's index.

        Returns:
            Dictionary of float32 tensors with leading axis B.
        """
        shapes = self.noise_shapes(phase)
        return {
            name: backend.per_row_normal(
                noise_seed, 1000 * index + phase, shapes[name]
            )
            for index, name in enumerate(sorted(shapes))
        }

    def call(self, batch, training=None):
        layout = self.layout_of(batch)
        noise = self.draw_noise(self._noise_seed(batch))
        return self.generator(layout, noise.get("latent"), training=training)

    # Training.

    def compile(
        self,
        steps_per_epoch=None,
        optimizers=None,
        ema_decay=None,
        seed=0,
        **kwargs,
    ):
        """Makes the optimizers, by default the paper's, and builds them.

        Call it under the strategy's scope that the system was made in.

        Args:
            steps_per_epoch: int, steps that the learning-rate schedule
                counts as an epoch; needed where the config decays it.
            optimizers: Dictionary from a phase's name to an optimizer of
                your own; the others stay the paper's.
            ema_decay: float or None, keeps an exponential moving average of
                the generator's weights beside the raw ones.
            seed: int, of the noise where a batch brings no "noise_seed".
            **kwargs: What else `keras.Model.compile` takes.
        """
        kwargs.pop("optimizer", None)
        super().compile(optimizer=None, **{"jit_compile": False, **kwargs})
        given = dict(optimizers or {})
        self._compile_options = {
            "steps_per_epoch": steps_per_epoch,
            "ema_decay": ema_decay,
            "seed": seed,
        }
        self.noise_seed = seed
        self.optimizers_by_phase = {}
        for phase in self.phases():
            optimizer = given.pop(phase.name, None)
            if optimizer is None:
                optimizer = phase.optimizer(self._schedule(steps_per_epoch))
            optimizer.build(self.variables_of(phase))
            setattr(self, f"{phase.name}_optimizer", optimizer)
            self.optimizers_by_phase[phase.name] = optimizer
        if given:
            names = [phase.name for phase in self.phases()]
            raise ValueError(
                f"`optimizers` names no phase of this system: {list(given)}. "
                f"Its phases are {names}."
            )
        self.ema = self.make_average(ema_decay) if ema_decay else None

    def make_average(self, decay):
        """Returns a moving average of the generator, for `ema_decay`."""
        return ExponentialMovingAverage(self.generator, decay, name="ema")

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
        batch = self._complete_batch(batch)
        logs = {}
        for index, phase in enumerate(self.phases()):
            noise = self.draw_noise(batch["noise_seed"], 1 + index)
            logs.update(self._update(phase, batch, noise))
        self.train_steps.assign(ops.convert_to_tensor(self.train_steps) + 1)
        if self.ema is not None:
            self.ema.update()
        return logs

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

    # Saving.

    def checkpoint_roots(self):
        """What a checkpoint holds, by name; see `core/checkpoint.py`.

        The optimizers, the average and the step are there once the system
        is compiled.
        """
        roots = {"system": dict(self.networks)}
        if self._compile_options is None:
            return roots
        roots["step"] = self.train_steps
        for name, optimizer in self.optimizers_by_phase.items():
            roots[f"{name}_optimizer"] = optimizer
        if self.ema is not None:
            roots["ema"] = self.ema
        return roots

    def load_official_weights(self, **states):
        """Loads the weights of the authors' PyTorch files.

        Args:
            **states: For a network's name (`generator`, `discriminator`,
                `encoder`), its official keys and arrays as PyTorch lays them
                out. Networks not handed in are recorded as absent.

        Raises:
            ValueError: A key is left over or missing, a shape differs, or a
                variable would stay unset. Nothing has changed then.
        """
        unknown = set(states) - set(self.networks)
        if unknown:
            raise ValueError(
                f"This system has no {sorted(unknown)}. It has "
                f"{sorted(self.networks)}; an encoder needs use_encoder=True."
            )
        for name, state in states.items():
            network = self.networks[name]
            apply_rules(
                self.official_rules(name),
                normalise_spectral_format(state),
                unused=self.UNUSED_OFFICIAL_KEYS,
                variables=network.variables,
                name=name,
            )
        self.absent_networks = set(self.networks) - set(states)

    def export(self, *args, **kwargs):
        """Not Keras' export: a layout needs our signatures."""
        raise NotImplementedError(
            "Use tf_semsynth.export_system(system, '<dir>/<name>/1'), which "
            "writes the serving signatures, or `python -m "
            "tf_semsynth.export`."
        )

    def get_config(self):
        return {
            **super().get_config(),
            "config": config_to_dict(self.config),
            "classes": self.classes.to_dict(),
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        settings = config_from_dict(cls.config_class, config.pop("config"))
        classes = ClassTable.from_dict(config.pop("classes"))
        return cls(settings, classes, **config)

    def get_compile_config(self):
        if self._compile_options is None:
            return None
        optimizers = {
            name: keras.saving.serialize_keras_object(optimizer)
            for name, optimizer in self.optimizers_by_phase.items()
        }
        return {**self._compile_options, "optimizers": optimizers}

    def compile_from_config(self, config):
        optimizers = {
            name: keras.saving.deserialize_keras_object(optimizer)
            for name, optimizer in config["optimizers"].items()
        }
        self.compile(**{**config, "optimizers": optimizers})

    # Details.

    def _update(self, phase, batch, noise):
        terms, gradients = self.gradients(phase, batch, noise)
        optimizer = self.optimizers_by_phase[phase.name]
        optimizer.apply(gradients, self.variables_of(phase))
        # A sum is finite only if all that went into it is.
        total = sum(ops.sum(gradient) for gradient in gradients)
        finite = ops.cast(ops.isfinite(total), "float32")
        share = backend.all_reduce_sum(finite) / backend.num_replicas()
        logs = _loss_logs(phase, terms)
        logs[f"finite/{phase.name}"] = ops.floor(share)
        return logs

    def _complete_batch(self, batch):
        batch = batch[0] if isinstance(batch, tuple) else batch
        check_batch(batch, ("image", "class_ids"))
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

    def _synthesis_noise(self, rows, seed, latent):
        if latent is not None:
            return ops.convert_to_tensor(latent, "float32")
        if not self.uses_noise:
            return None
        if seed is None:
            raise ValueError(
                "This system draws its pictures from noise: give `seed`, one "
                f"int for each of the {rows} layouts, or `latent`."
            )
        seed = ops.convert_to_tensor(seed, "int64")
        return self.draw_noise(seed)["latent"]

    def variables_of(self, phase):
        return [
            variable
            for name in phase.networks
            if name in self.networks
            for variable in self.networks[name].trainable_variables
        ]

    def _schedule(self, steps_per_epoch):
        """Returns the function from a rate to its step-based schedule."""
        from tf_semsynth.optimizers.schedule import LinearDecay

        config = self.config

        def schedule(rate):
            if not config.decay_epochs:
                return rate
            if not steps_per_epoch:
                raise ValueError(
                    "`decay_epochs` is set, so the learning rate falls by "
                    "epochs: compile(steps_per_epoch=...) must say how many "
                    "steps an epoch has."
                )
            return LinearDecay(
                rate,
                config.constant_epochs,
                config.decay_epochs,
                steps_per_epoch,
            )

        return schedule

    def _function(self, name):
        """A stage of synthesis, as a graph on the TensorFlow backend."""
        if name not in self._synthesis_functions:
            stages = {
                "prepare": lambda x: self.generator.prepare(x, training=False),
                "render": lambda x, z: self.generator.render(
                    x, z, training=False
                ),
                "encoder": lambda x: self.encoder(x, training=False),
            }
            function = stages[name]
            if backend.on_tensorflow():
                import tensorflow as tf

                function = tf.function(
                    function, reduce_retracing=True, autograph=False
                )
            self._synthesis_functions[name] = function
        return self._synthesis_functions[name]


def _loss_logs(phase, terms):
    logs = {
        f"loss/{phase.name}/{name}": ops.cast(value, "float32")
        for name, value in terms.items()
    }
    logs[f"loss/{phase.name}/total"] = sum(logs.values())
    return logs
