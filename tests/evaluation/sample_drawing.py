"""A drawing with a shape of each kind."""

import numpy as np

from tf_semsynth.evaluation.drawing import Drawing

RED = (250, 0, 10)


def make_drawing():
    """A red rectangle, one within another drawing, and a picture."""
    drawing = Drawing(60, 40)
    drawing.rect(10, 5, 20, 10, RED)
    inner = Drawing(10, 10)
    inner.rect(0, 0, 10, 10, "accent")
    drawing.place(inner, 40, 25)
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0] = 255, 200, 0
    drawing.picture(0, 30, 8, 8, pixels)
    return drawing
