"""Data sets are opened by name, and wrong names answered in words."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import (
    list_datasets,
    open_dataset,
    open_from_options,
)
from tf_semsynth.data.options import DataOptions


def test_all_data_sets_of_the_papers_are_there():
    assert {"scenes", "ade20k", "cityscapes", "coco_stuff", "camvid"} < set(
        list_datasets()
    )


@pytest.mark.parametrize("name", [n for n in list_datasets() if n != "scenes"])
def test_a_folder_is_needed_and_must_exist(name, tmp_path):
    with pytest.raises(ValueError, match="--data_dir=<folder>"):
        open_dataset(name)
    with pytest.raises(OSError, match="--data_dir must"):
        open_dataset(name, tmp_path / "nowhere")


def test_an_unknown_name_or_split_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="'imagenet'.*scenes, ade20k"):
        open_dataset("imagenet", "x")
    with pytest.raises(ValueError, match="train, validation, test.*'dev'"):
        open_dataset("scenes", split="dev")


def test_an_empty_folder_is_told(tmp_path):
    folder = makers.folder(tmp_path, count=0)
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    with pytest.raises(ValueError, match="no examples for split 'train'"):
        open_dataset("folder", folder)


def test_options_name_data_set_folder_and_label_map(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "map.csv").write_text("0,0\n1,1\n2,1\n")
    options = DataOptions(
        dataset="folder",
        data_dir=folder,
        label_map=str(tmp_path / "map.csv"),
    )
    reader = open_from_options(options, "train")
    assert reader.classes.names == ("sky", "road or car")
    assert reader.read(0).class_ids.max() == 1


def test_the_default_is_scenes_at_the_systems_size():
    reader = open_from_options(DataOptions(), "train", 48, 64)
    assert reader.name == "scenes"
    assert reader.read(0).image.shape == (48, 64, 3)
