"""Turns layouts into pictures with an exported model and bare TensorFlow.

    python -I scripts/use_saved_model.py <SavedModel> <layouts> <output>

This is all that a program needs which uses a model: nothing of this package
is imported. `layouts` is a folder of grey PNGs whose values are class ids.
"""

import sys
from pathlib import Path

import tensorflow as tf


def main(model_dir, layouts, output):
    model = tf.saved_model.load(model_dir)
    synthesize = model.signatures["synthesize_png"]
    Path(output).mkdir(parents=True, exist_ok=True)
    paths = sorted(Path(layouts).glob("*.png"))
    for number, path in enumerate(paths):
        answer = synthesize(
            layout_png=tf.constant([path.read_bytes()]),
            seed=tf.constant([number], tf.int64),
        )
        picture = answer["image_png_bytes"].numpy()[0]
        Path(output, path.name).write_bytes(picture)
    print(f"{len(paths)} pictures in {output}")


if __name__ == "__main__":
    main(*sys.argv[1:])
