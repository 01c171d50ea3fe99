"""Floor 1: Keras layers, one idea per file."""
