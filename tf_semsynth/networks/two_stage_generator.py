"""What every generator is: the layout's stage, then the picture's."""

import dataclasses

import keras

from tf_semsynth.core.batch import check_batch


class TwoStageGenerator(keras.Model):
    """A generator that prepares a layout and renders what it prepared.

    A subclass names its `config_class` and defines `build`, `prepare` and
    `render`.

    Args:
        config: `config_class`, or its fields as a dictionary.
        **kwargs: Base model arguments, such as `name` and `dtype`.

    Call arguments:
        layout: Dictionary of "class_ids" int `(B, H, W)`, 0..K-1, and, with
            `use_edges`, "edges" float `(B, H, W, 1)`.
        latent: float tensor `(B, latent_dim)`; with `use_encoder` only.
        training: bool, for batch norm and power iterations.

    Returns:
        float32 tensor `(B, H, W, 3)` in [-1, 1].

    Raises:
        ValueError, or INVALID_ARGUMENT in a graph: `call` got class ids out
            of their range.
    """

    config_class = None

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        if isinstance(config, dict):
            config = self.config_class(**config)
        self.settings = config

    def prepare(self, layout, training=None):
        """Computes what depends on the layout alone: a nest of tensors."""
        raise NotImplementedError

    def render(self, prepared, latent=None, training=None):
        """Renders prepared layouts: the picture, float32 `(B, H, W, 3)`."""
        raise NotImplementedError

    def call(self, layout, latent=None, training=None):
        layout = check_batch(
            layout, ("class_ids",), getattr(self.settings, "num_classes", None)
        )
        prepared = self.prepare(layout, training=training)
        return self.render(prepared, latent, training=training)

    def get_config(self):
        return {
            **super().get_config(),
            "config": dataclasses.asdict(self.settings),
        }
