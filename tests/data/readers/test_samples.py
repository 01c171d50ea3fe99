"""The readers understand real samples of the published data sets."""

import csv

import numpy as np
import pytest

from tests.shared import shared_path
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.options import DataOptions, make_plan
from tf_semsynth.data.source import ExampleSource

# name, folder, split, pairs, classes, unknown class, instances
SAMPLES = [
    ("camvid", "camvid", "validation", 101, 12, 11, False),
    ("camvid", "camvid", "test", 117, 12, 11, False),
    ("cityscapes", "cityscapes_sample", "train", 4, 35, None, True),
    ("cityscapes", "cityscapes_sample", "validation", 1, 35, None, True),
    ("coco_stuff", "coco_stuff_sample", "train", 10, 183, 182, True),
    ("coco_stuff", "coco_stuff_sample", "validation", 6, 183, 182, True),
    ("ade20k", "ade20k_sample", "train", 2, 151, 0, False),
    ("ade20k", "ade20k_sample", "validation", 2, 151, 0, False),
    ("celebamask_hq", "celebamask_hq_sample", "train", 3, 19, None, False),
]


@pytest.mark.parametrize(
    "name, folder, split, pairs, num_classes, unknown_id, instances", SAMPLES
)
def test_samples_are_sound(
    name, folder, split, pairs, num_classes, unknown_id, instances
):
    reader = open_dataset(name, shared_path("data", folder), split)
    assert len(reader) == pairs
    assert reader.classes.num_classes == num_classes
    assert reader.classes.unknown_id == unknown_id
    assert reader.has_instances == instances
    report = check_dataset(reader, time_limit=1)
    assert report.faults == []
    assert report.num_headers == pairs


@pytest.mark.parametrize(
    "name, folder", [s[:2] for s in SAMPLES if s[2] == "train"]
)
def test_samples_come_to_the_published_size(name, folder):
    reader = open_dataset(name, shared_path("data", folder), "train")
    published = reader.defaults
    width = published.crop_size
    height = round(width / published.aspect_ratio)
    plan = make_plan(DataOptions(), published, height, width, training=True)
    source = ExampleSource(reader, plan, DataOptions(), use_edges=True)
    example = source.for_training(0, np.random.default_rng(0))
    assert example.image.shape == (height, width, 3)
    assert example.edges.any() == reader.has_instances


def test_camvid_pixels_are_those_of_its_statistics():
    folder = shared_path("data", "camvid")
    with open(folder / "class_statistics.csv") as file:
        rows = [r for r in csv.DictReader(file) if r["split"] == "val"]
    report = check_dataset(open_dataset("camvid", folder, "validation"))
    assert report.class_pixels.tolist() == [int(r["pixels"]) for r in rows]
    assert report.class_images.tolist() == [
        int(r["images_with_class"]) for r in rows
    ]


def test_cityscapes_instances_carry_their_class():
    folder = shared_path("data", "cityscapes_sample")
    record = open_dataset("cityscapes", folder, "validation").read(0)
    ids = record.instance_ids
    classes = np.where(ids < 1000, ids, ids // 1000)
    np.testing.assert_array_equal(classes, record.class_ids)


def test_the_full_ade20k_release_is_recognised():
    folder = shared_path("data", "ade20k_full_sample")
    for path in (folder, folder / "ADE20K_2021_17_01"):
        with pytest.raises(ValueError, match="full ADE20K release.*150"):
            open_dataset("ade20k", path)
