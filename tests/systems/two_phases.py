"""The smallest system of two phases: they pull the same network."""

import dataclasses

import keras
from keras import ops

from tests.training import painter


@keras.saving.register_keras_serializable("tests")
class TwoPhases(painter.Painter):
    """`first` learns the pictures, `second` learns darkness."""

    config_class = painter.Config

    def phases(self):
        (phase,) = super().phases()
        return (
            dataclasses.replace(phase, name="first"),
            dataclasses.replace(phase, name="second", losses=self.darkness),
        )

    def darkness(self, batch, noise, training=True):
        fake = self.generator(self.layout_of(batch), training=training)
        return {"dark": ops.mean(fake + 1.0)}
