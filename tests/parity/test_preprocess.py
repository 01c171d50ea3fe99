"""Picture preparation and semantics equal the official code's, bit for bit."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.parity.fixtures import Fixture, fixture_files, to_nhwc
from tests.parity.systems import labelled_layout
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_float
from tf_semsynth.data import decoding, label_ops, preprocessing
from tf_semsynth.data.reader import Record

SYSTEMS = ("cc_fpse", "spade")


def _files(kind):
    """All systems share the code, so one folder with such files is enough."""
    found = [file for system in SYSTEMS for file in fixture_files(system, kind)]
    return [file for file in found if file.values[0]] or found[:1]


def _rule(config):
    """The label rule of an official configuration."""
    label_nc = config["label_nc"]
    unknown_id = label_nc if config["contain_dontcare_label"] else None
    num_classes = label_nc + (unknown_id is not None)
    return label_ops.LabelRule(ClassTable.default(num_classes, unknown_id))


def _png(array):
    if array.dtype != np.uint8:
        array = array.astype("uint16")
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def _record(inputs, config):
    instance_ids = None
    if "instance" in inputs:
        instance_ids = label_ops.decode_instances(
            _png(inputs["instance"]), "instance"
        )
    return Record(
        decoding.decode_photo(_png(inputs["image"]), "image"),
        _rule(config).decode(_png(inputs["label"]), "label"),
        instance_ids,
    )


@pytest.mark.parametrize("path", _files("preprocess"))
def test_pictures_and_labels_equal_the_official_ones(path):
    fixture = Fixture(path)
    config, meta = fixture.config, fixture.meta
    outputs = fixture.group("out")
    plan = preprocessing.Plan.official(
        config["preprocess_mode"],
        config["load_size"],
        config["crop_size"],
        config["aspect_ratio"],
    )
    corner = tuple(meta["crop_pos"]) if plan.crops else None
    flip = meta["flip"] and meta["train"]

    record = _record(fixture.group("in"), config)
    record = preprocessing.resize(record, plan)
    record = preprocessing.crop_and_flip(record, plan, corner, flip)

    image = to_float(np.ascontiguousarray(record.image))
    np.testing.assert_array_equal(image.transpose(2, 0, 1), outputs["image"])
    np.testing.assert_array_equal(record.class_ids, outputs["label_long"][0])
    if "instance" in outputs:
        np.testing.assert_array_equal(
            record.instance_ids, outputs["instance"][0]
        )


@pytest.mark.parametrize("path", _files("preprocess"))
def test_the_official_crop_lies_in_our_range(path):
    fixture = Fixture(path)
    config = fixture.config
    plan = preprocessing.Plan.official(
        config["preprocess_mode"],
        config["load_size"],
        config["crop_size"],
        config["aspect_ratio"],
    )
    if not plan.crops:
        return  # The position is drawn in every mode, and used in some.
    size = fixture.group("in")["label"].shape[::-1]
    x, y = fixture.meta["crop_pos"]
    max_x, max_y = preprocessing.crop_range(plan, size)
    assert 0 <= x <= max_x and 0 <= y <= max_y


@pytest.mark.parametrize("path", _files("semantics"))
def test_semantics_and_edges_equal_the_official_ones(path):
    fixture = Fixture(path)
    inputs, outputs = fixture.group("in"), fixture.group("out")
    rule = _rule(fixture.config)
    for row, label in enumerate(inputs["label"][:, 0]):
        class_ids = rule.to_class_ids(label, "label")
        one_hot = np.eye(rule.classes.num_classes)[class_ids]
        instance_ids = inputs["instance"][row, 0]
        edges = label_ops.instance_edges(instance_ids)
        np.testing.assert_array_equal(edges[..., 0], outputs["edges"][row, 0])
        np.testing.assert_array_equal(
            make_edges(instance_ids[None]), edges[None]
        )
        if not fixture.config["no_instance"]:
            one_hot = np.concatenate([one_hot, edges], -1)
        np.testing.assert_array_equal(
            one_hot.transpose(2, 0, 1), outputs["input_semantics"][row]
        )


@pytest.mark.parametrize("path", _files("semantics"))
def test_a_labelled_layout_has_the_official_channels(path):
    fixture = Fixture(path)
    layout, fields = labelled_layout(fixture)
    channels = to_nhwc(fixture.outputs()["input_semantics"])
    num_classes = fields.get("num_classes", channels.shape[-1])
    one_hot = np.eye(num_classes)[layout["class_ids"]]
    np.testing.assert_array_equal(one_hot, channels[..., :num_classes])
    if fields.get("use_edges"):
        np.testing.assert_array_equal(
            layout["edges"], channels[..., num_classes:]
        )
