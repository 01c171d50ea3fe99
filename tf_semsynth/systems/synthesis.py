"""From layouts and noise to pictures: the part of every system."""

import dataclasses

from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.core.batch import check_batch
from tf_semsynth.core.edges import make_edges
from tf_semsynth.systems.keras_data import batch_of

SYNTHESIS_PHASE = 0


@dataclasses.dataclass(frozen=True)
class PreparedLayout:
    """What depends on layouts alone, ready for any number of noises.

    Attributes:
        tensors: Nested dictionaries of tensors with leading axis B.
        batch_size: int, B.
    """

    tensors: dict
    batch_size: int


class Synthesis:
    """The part of a `System` that makes pictures; see `base.py`.

    It stands on the two stages of a generator, `prepare` and `render`, and
    on the system's `noise_shapes`.
    """

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
                with noise, or their number is not that of the layouts; or
                the layouts have another size or class than the system.
        """
        if not isinstance(batch, PreparedLayout):
            batch = self.prepare_layout(batch)
        noise = self._synthesis_noise(batch.batch_size, seed, latent)
        return self._function("render")(batch.tensors, noise)

    def prepare_layout(self, batch):
        """Computes what depends on the layout alone, once.

        Args:
            batch: As for `synthesize`.

        Returns:
            `PreparedLayout`.
        """
        layout = self.layout_of(self.check_batch(batch, ("class_ids",)))
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
        batch = check_batch(batch, ("image",))
        image = ops.cast(batch["image"], "float32")
        mean, _ = self._function("encoder")(image)
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

    def check_batch(self, batch, keys):
        """The batch with its values checked, see `core.batch.check_batch`."""
        size = self.config.image_height, self.config.image_width
        return check_batch(batch, keys, self.config.num_classes, size)

    def call(self, batch, training=None):
        """Makes pictures of a batch, as `synthesize` does.

        Row i's noise is that of its "noise_seed", or else of seed i.
        """
        batch = self.check_batch(batch_of(batch), ("class_ids",))
        layout = self.layout_of(batch)
        seeds = batch.get("noise_seed")
        if seeds is None:
            seeds = ops.arange(ops.shape(layout["class_ids"])[0], dtype="int64")
        noise = self.draw_noise(ops.cast(seeds, "int64"))
        return self.generator(layout, noise.get("latent"), training=training)

    def _synthesis_noise(self, num_layouts, seed, latent):
        """The noise for `render`, float32 `(N, latent_dim)`, or None."""
        if not self.uses_noise:
            return None
        if latent is not None:
            noise = ops.convert_to_tensor(latent, "float32")
        elif seed is not None:
            seed = ops.convert_to_tensor(seed, "int64")
            noise = self.draw_noise(seed)["latent"]
        else:
            raise ValueError(
                "This system draws its pictures from noise: give `seed`, one "
                f"int for each of the {num_layouts} layouts, or `latent`."
            )
        shape = self.noise_shapes(SYNTHESIS_PHASE)["latent"]
        if tuple(noise.shape[1:]) != tuple(shape):
            raise ValueError(
                f"`latent` must have shape (B, {', '.join(map(str, shape))}). "
                f"Received: {tuple(noise.shape)}."
            )
        if num_layouts not in (1, noise.shape[0]):
            raise ValueError(
                "Each layout needs one seed or latent row (one layout alone "
                f"may have many). Received: {noise.shape[0]} for "
                f"{num_layouts} layouts."
            )
        return noise

    def _function(self, name):
        """A stage of synthesis, as a graph on the TensorFlow backend."""
        stages = {
            "prepare": lambda x: self.generator.prepare(x, training=False),
            "render": lambda x, z: self.generator.render(x, z, training=False),
            "encoder": lambda x: self.encoder(x, training=False),
        }
        if not backend.on_tensorflow():
            return stages[name]
        import tensorflow as tf

        # Within a graph of the user's, which may be saved, nothing is compiled.
        key = name, tf.executing_eagerly()
        if key not in self._synthesis_functions:
            self._synthesis_functions[key] = tf.function(
                backend.compiling(tf.executing_eagerly())(stages[name]),
                reduce_retracing=True,
                autograph=False,
            )
        return self._synthesis_functions[key]
