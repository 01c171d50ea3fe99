"""DeepFashion: photos of clothed people with parsing maps.

    <data_dir>/{train,test}/NAME.jpg
    <data_dir>/cihp_{train,test}_mask/NAME.png     (the layout of SMIS), or
    <data_dir>[/{train,val,test}]/images/NAME.jpg
    <data_dir>[/{train,val,test}]/labels/NAME.png

The class list is an option, for maps come from several parsers: `smis` (8
classes, Zhu et al. 2020, https://arxiv.org/abs/2003.12697), `lip` (20) or
`atr` (18), both from GoGoDuck912/Self-Correction-Human-Parsing.
"""

from tf_semsynth.data import files, label_ops, pairing, split_lists, splits
from tf_semsynth.data.classes import load_classes
from tf_semsynth.data.options import OF_FILES
from tf_semsynth.data.reader import FileReader, Published

READS = (*OF_FILES, "deepfashion_classes")
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
    where, notes = _find_folders(data_dir, split)
    found = pairing.find_examples(
        files.list_files(where.photos, files.PHOTO_ENDINGS),
        files.list_files(where.labels, files.LABEL_ENDINGS, "label"),
    )._replace(notes=notes)
    found = split_lists.take_listed(found, data_dir, split, where.is_own)
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
        found,
        rule,
        PUBLISHED,
        max_pixels=options.max_pixels,
    )


def _find_folders(data_dir, split):
    """`SplitFolders`, and notes."""
    masks = splits.find_folders(data_dir, "cihp_", "_mask")
    if not masks:
        return splits.find_kinds(data_dir, split, _REMEDY), ()
    notes = ()
    if split == "validation" and split not in masks:
        split = "test"
        notes = ("validation reads test/: this layout has no other split.",)
    photos = splits.require_folder(data_dir, split, remedy=_REMEDY)
    labels = splits.require_folder(
        data_dir, split, "cihp_", "_mask", remedy=_REMEDY
    )
    return splits.SplitFolders(photos, labels, None, True), notes
