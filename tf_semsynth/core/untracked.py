"""A holder that hides an object from Keras' and TensorFlow's tracking."""


class Untracked:
    """Holds `value`; as an attribute of a layer it is not saved with it."""

    def __init__(self, value):
        self.value = value
