"""Data sets are opened by name, and wrong names answered in words."""

import pytest

from tests.data import makers
from tf_semsynth.data.catalog import (
    list_datasets,
    name_dataset,
    open_dataset,
    open_from_options,
)
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.tfrecord_writer import write_tfrecords


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


FOREIGN = {
    "data_dir": "x",
    "classes_csv": "x.csv",
    "unknown_id": 0,
    "ade20k_label_shift": True,
    "deepfashion_classes": "lip",
    "tfds_image": "photo",
    "tfds_label": "mask",
    "num_scenes": 7,
}
READ = {
    "scenes": {"num_scenes"},
    "ade20k": {"ade20k_label_shift", "data_dir"},
    "camvid": {"data_dir"},
    "celebamask_hq": {"data_dir"},
    "cityscapes": {"data_dir"},
    "coco_stuff": {"data_dir"},
    "deepfashion": {"deepfashion_classes", "data_dir"},
    "folder": {"classes_csv", "data_dir", "unknown_id"},
    "tfds:scene": {
        *("classes_csv", "data_dir", "unknown_id"),
        *("tfds_image", "tfds_label"),
    },
}


@pytest.mark.parametrize(
    "name, field",
    [(n, f) for n in READ for f in FOREIGN if f not in READ[n]],
)
def test_an_option_that_a_data_set_does_not_read_is_refused(
    name, field, tmp_path
):
    data_dir = None if name == "scenes" else str(tmp_path)
    given = {"dataset": name, "data_dir": data_dir, field: FOREIGN[field]}
    words = f"--{field}={FOREIGN[field]} is not read by the data set '{name}'"
    with pytest.raises(ValueError, match=words):
        open_from_options(DataOptions(**given), "train")


@pytest.mark.parametrize("field", sorted({*FOREIGN, "label_encoding"}))
def test_an_option_that_shards_do_not_read_is_refused(field, tmp_path):
    value = FOREIGN.get(field, "colour")
    options = DataOptions(tfrecords=str(tmp_path), **{field: value})
    with pytest.raises(ValueError, match=f"--{field}=.* not read by --tfrec"):
        open_from_options(options, "train")


def test_shards_of_another_data_set_are_refused(tmp_path):
    write_tfrecords(open_dataset("folder", makers.folder(tmp_path)), tmp_path)
    options = DataOptions(tfrecords=str(tmp_path))
    assert name_dataset(options).dataset == "folder"
    assert len(open_from_options(options, "train")) == 6
    options = DataOptions(tfrecords=str(tmp_path), dataset="camvid")
    with pytest.raises(ValueError, match="shards of the data set 'folder'"):
        open_from_options(options, "train")


@pytest.mark.parametrize("field", ["data_dir", "tfrecords", "dataset"])
def test_options_that_contradict_the_arguments_are_refused(field, tmp_path):
    folder = makers.folder(tmp_path)
    options = DataOptions(**{field: "other"})
    with pytest.raises(ValueError, match=f"`options` say {field}='other'"):
        open_dataset("folder", folder, options=options)


@pytest.mark.parametrize("field", ["data_dir", "tfrecords", "label_map"])
def test_an_empty_path_is_no_path(field):
    with pytest.raises(ValueError, match=f"`{field}` must be.*not empty"):
        DataOptions(**{field: ""})
