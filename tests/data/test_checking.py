"""A check finds every fault and counts every pixel."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.options import DataOptions, make_plan


def test_a_sound_set_is_counted(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path))
    report = check_dataset(reader)
    assert report.faults == []
    labels = np.stack([makers.label(i) for i in range(6)])
    expected = [(labels == k).sum() for k in range(3)]
    assert report.class_pixels.tolist() == expected
    assert report.class_images.tolist() == [
        (labels == k).any((1, 2)).sum() for k in range(3)
    ]
    assert report.sizes == {(makers.W, makers.H): 6}
    assert report.num_headers == report.num_decoded == 6
    assert report.unknown_pixels is None
    report.require_sound()


def test_unknown_pixels_are_counted(tmp_path):
    folder = makers.folder(tmp_path)
    ids = makers.label(0)
    ids[:2, :5] = 255
    makers.save(tmp_path / "labels" / "p0.png", ids)
    options = DataOptions(unknown_id=2)
    reader = open_dataset("folder", folder, options=options)
    class_2 = sum((makers.label(i) == 2).sum() for i in range(1, 6))
    expected = class_2 + (makers.label(0)[ids != 255] == 2).sum() + 10
    assert check_dataset(reader).unknown_pixels == expected


def test_all_faults_are_found_in_one_go(tmp_path):
    folder = makers.folder(tmp_path, 10)
    labels, images = tmp_path / "labels", tmp_path / "images"
    (labels / "p0.png").unlink()
    makers.save(labels / "p1.png", makers.label()[:-2])
    makers.save(labels / "p2.png", makers.label() + np.uint8(100))
    whole = (images / "p3.png").read_bytes()
    (images / "p3.png").write_bytes(whole[: len(whole) // 2])
    (images / "p4.png").write_bytes(makers.png_header(20000, 20000, 8, 2))
    makers.save(labels / "p5.png", (makers.label() > 0) * np.uint8(255))
    (labels / "p6.png").write_bytes(b"")
    report = check_dataset(open_dataset("folder", folder))
    words = sorted(str(fault) for fault in report.faults)
    assert len(words) == 7
    for name, problem in {
        "images/p0.png": "without a label",
        "labels/p1.png": "has 30 x 18 pixels",
        "labels/p2.png": "no class",
        "images/p3.png": "damaged",
        "images/p4.png": "unpack to 20000 x 20000",
        "labels/p5.png": "is a mask",
        "labels/p6.png": "empty file",
    }.items():
        (found,) = (w for w in words if name in w.split(": ")[0])
        assert problem in found
    assert report.num_decoded == 3
    with pytest.raises(ValueError, match="7 faults; nothing was left out"):
        report.require_sound()


def test_masks_in_a_set_with_an_unknown_class_are_recognised(tmp_path):
    folder = makers.folder(tmp_path)
    for i in range(6):
        mask = (makers.label(i) > 0) * np.uint8(255)
        makers.save(tmp_path / "labels" / f"p{i}.png", mask)
    options = DataOptions(unknown_id=2)
    report = check_dataset(open_dataset("folder", folder, options=options))
    assert "masks of 0 and 255" in str(report.faults[0])


def test_the_size_after_preprocessing_is_checked_by_headers(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path))
    options = DataOptions(preprocess_mode="scale_width")
    plan = make_plan(options, reader.defaults, 64, 64, training=True)
    report = check_dataset(reader, plan)
    assert len(report.faults) == 6 and report.num_decoded == 0
    assert "comes to 64 x 42 pixels" in str(report.faults[0])
    plan = make_plan(options, reader.defaults, 42, 64, training=True)
    assert check_dataset(reader, plan).faults == []


def test_a_time_limit_leaves_headers_and_says_what_was_decoded(tmp_path):
    makers.folder(tmp_path, 70, height=5, width=5)
    reader = open_dataset("folder", str(tmp_path))
    report = check_dataset(reader, time_limit=1e-9)
    assert report.num_headers == 70
    assert report.num_decoded == 64
    assert "64 of 70 examples were decoded" in report.notes[0]


def test_classes_that_never_occur_are_noted_and_no_fault(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path, num_classes=2))
    report = check_dataset(reader)
    assert report.faults == []
    assert report.notes == ["1 classes never occur: car."]


def test_no_time_is_not_all_the_time(tmp_path):
    reader = open_dataset("folder", makers.folder(tmp_path, count=70))
    assert check_dataset(reader, time_limit=0).num_decoded == 64
    assert check_dataset(reader).num_decoded == 70


def _relabel(tmp_path, labels):
    for i, ids in enumerate(labels):
        makers.save(tmp_path / "labels" / f"p{i}.png", ids)


def test_masks_among_a_few_other_labels_are_noted(tmp_path):
    folder = makers.folder(tmp_path)
    masks = [(makers.label(i) > 0) * np.uint8(255) for i in range(5)]
    _relabel(tmp_path, masks)
    options = DataOptions(unknown_id=2)
    report = check_dataset(open_dataset("folder", folder, options=options))
    assert report.faults == []
    assert "5 of 6 labels show only class 0 (sky)" in report.notes[0]


def test_a_split_without_any_annotation_is_a_fault(tmp_path):
    folder = makers.folder(tmp_path)
    options = DataOptions(unknown_id=0)
    _relabel(tmp_path, [np.full((makers.H, makers.W), 255, "uint8")] * 6)
    report = check_dataset(open_dataset("folder", folder, options=options))
    (fault,) = report.faults
    assert "all 6 labels show only the unknown class (sky)" in str(fault)
    makers.save(tmp_path / "labels" / "p1.png", makers.label())
    report = check_dataset(open_dataset("folder", folder, options=options))
    assert report.faults == []
    assert "5 of 6 labels show only the unknown class" in report.notes[0]
    assert "labels/p0.png" in report.notes[0]


def test_crops_outside_are_faults_by_headers_without_an_unknown(tmp_path):
    folder = makers.folder(tmp_path)
    for unknown, num_faults in ((None, 6), (1, 0)):
        options = DataOptions(preprocess_mode="crop", unknown_id=unknown)
        reader = open_dataset("folder", folder, options=options)
        plan = make_plan(options, reader.defaults, 32, 24, training=True)
        report = check_dataset(reader, plan)
        assert len(report.faults) == num_faults
    reader = open_dataset("folder", folder)
    fault = str(check_dataset(reader, plan).faults[0])
    assert "p0.png: comes to 30 x 20 pixels" in fault
    assert "less than the crop of 24 x 32" in fault
