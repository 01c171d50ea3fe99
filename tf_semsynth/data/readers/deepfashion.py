"""DeepFashion: photos of clothed people with parsing maps.

    <data_dir>/{train,test}/NAME.jpg
    <data_dir>/cihp_{train,test}_mask/NAME.png     (the layout of SMIS), or
    <data_dir>[/{train,val,test}]/images/NAME.jpg
    <data_dir>[/{train,val,test}]/labels/NAME.png

The class list is an option, for maps come from several parsers: `smis` (8
classes, Zhu et al. 2020, https://arxiv.org/abs/2003.12697), `lip` (20) or
`atr` (18), both from GoGoDuck912/Self-Correction-Human-Parsing.
"""

from pathlib import Path

from tf_semsynth.data import files, label_ops
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.reader import Example, FileReader, Published

PUBLISHED = Published("resize", 256, 256, 1.0)
TABLES = {
    "smis": "deepfashion_smis",
    "lip": "human_parsing_lip",
    "atr": "human_parsing_atr",
}
_REMEDY = (
    "--data_dir must hold train/ and cihp_train_mask/ (likewise test), or "
    "images/ and labels/."
)


def open_deepfashion(data_dir, split, options, label_map):
    """Opens DeepFashion; arguments as `catalog.open_dataset` passes them."""
    photos, labels = _folders(data_dir, split)
    pairs, faults = files.pair(
        files.list_files(photos, files.PHOTO_SUFFIXES, recursive=True),
        files.list_files(labels, files.LABEL_SUFFIXES, recursive=True),
    )
    examples = [Example(p.stem, p, label) for p, label in pairs]
    rule = label_ops.LabelRule(
        load_classes(TABLES[options.deepfashion_classes]),
        label_map=label_map,
        encoding=options.label_encoding,
        hint=(
            "The class list is --deepfashion_classes="
            f"{options.deepfashion_classes}; parsers with other lists: "
            f"{', '.join(TABLES)}."
        ),
        colours_remedy=(
            "The parsers' lists have none: take their maps of class ids (grey "
            "or palette PNGs)."
        ),
    )
    return FileReader(
        "deepfashion",
        split,
        examples,
        rule,
        PUBLISHED,
        faults,
        max_pixels=options.max_pixels,
    )


def _folders(data_dir, split):
    part = "train" if split == "train" else "test"
    masks = Path(data_dir, f"cihp_{part}_mask")
    if masks.is_dir():
        return files.require_folder(data_dir, part, remedy=_REMEDY), masks
    root = files.split_folder(data_dir, split, _REMEDY)
    return (
        files.require_folder(root, "images", remedy=_REMEDY),
        files.require_folder(root, "labels", remedy=_REMEDY),
    )
