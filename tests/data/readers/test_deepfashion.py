"""DeepFashion: two layouts of folders, three lists of classes."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.options import DataOptions


@pytest.mark.parametrize(
    "photos, masks, split",
    [
        ("train", "cihp_train_mask", "train"),
        ("test", "cihp_test_mask", "validation"),
        ("images", "labels", "train"),
        ("val/images", "val/labels", "validation"),
    ],
)
def test_both_layouts_are_understood(tmp_path, photos, masks, split):
    makers.save(tmp_path / photos / "a.jpg", makers.photo())
    makers.save(tmp_path / masks / "a.png", makers.label(0, 8))
    reader = open_dataset("deepfashion", tmp_path, split)
    assert reader.names == ["a"] and reader.faults == []
    assert reader.classes.num_classes == 8
    assert reader.read(0).class_ids.max() == 7


def test_the_class_list_is_an_option(tmp_path):
    makers.save(tmp_path / "images" / "a.jpg", makers.photo())
    makers.save(tmp_path / "labels" / "a.png", makers.label(0, 20))
    for name, count in (("lip", 20), ("atr", 18), ("smis", 8)):
        options = DataOptions(deepfashion_classes=name)
        reader = open_dataset("deepfashion", tmp_path, options=options)
        assert reader.classes.num_classes == count
        assert reader.classes.names[0] == "background"
    with pytest.raises(DataError, match="--deepfashion_classes=smis"):
        reader.read(0)
