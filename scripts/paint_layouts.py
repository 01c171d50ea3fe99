"""Writes layouts of procedural scenes as label PNGs, for the demo.

    python scripts/paint_layouts.py <workdir> <folder>

The scenes are of the test split, in the size of the system in `workdir`.
"""

import sys
from pathlib import Path

from PIL import Image

from tf_semsynth import WorkDir
from tf_semsynth.core.quiet import quieten_tensorflow
from tf_semsynth.data.catalog import open_dataset

COUNT = 8


def main(workdir, folder):
    quieten_tensorflow()
    config = WorkDir(workdir).read_config()["config"]
    height, width = config["image_height"], config["image_width"]
    reader = open_dataset(
        "scenes", split="test", image_height=height, image_width=width
    )
    Path(folder).mkdir(parents=True, exist_ok=True)
    for index in range(COUNT):
        class_ids = reader.read(index).class_ids.astype("uint8")
        name = reader.examples[index].name
        Image.fromarray(class_ids).save(Path(folder, f"{name}.png"))
    print(f"{COUNT} layouts of {width} x {height} pixels in {folder}")


if __name__ == "__main__":
    main(*sys.argv[1:])
