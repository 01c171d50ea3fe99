"""Protocols: names, hashes and contents."""

import dataclasses

import pytest

from tf_semsynth.data import catalog
from tf_semsynth.evaluation.metric_sets import METRICS
from tf_semsynth.evaluation.protocols import (
    PROTOCOLS,
    Protocol,
    default_protocol,
    find_protocol,
)
from tf_semsynth.metrics.confusion import VARIANTS


def test_any_field_changes_the_hash():
    protocol = PROTOCOLS["camvid_judges"]
    hashes = {protocol.hash}
    for field in dataclasses.fields(Protocol):
        value = getattr(protocol, field.name)
        changed = {
            str: lambda v: f"{v}!",
            bool: lambda v: not v,
            int: lambda v: v + 1,
            tuple: lambda v: v[1:],
            type(None): lambda v: (7, 7),
        }[type(value)](value)
        other = dataclasses.replace(protocol, **{field.name: changed})
        hashes.add(other.hash)
    assert len(hashes) == 1 + len(dataclasses.fields(Protocol))
    assert protocol.hash == find_protocol("camvid_judges").hash
    assert len(protocol.hash) == 12


def test_the_hash_is_a_function_of_the_fields_alone():
    # Written down: a change of it makes old numbers incomparable.
    assert Protocol("name", "source", "dataset").hash == EXPECTED


EXPECTED = "4e8097f6fa21"


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=str)
def test_every_protocol_is_made_of_what_there_is(protocol):
    assert PROTOCOLS[protocol.name] is protocol
    assert protocol.dataset in catalog.list_datasets()
    assert {protocol.split, protocol.reference_split} <= set(catalog.SPLITS)
    assert protocol.mean_iou in VARIANTS
    assert protocol.labels_at in ("file", "picture")
    assert protocol.reference_at in ("file", "picture")
    assert protocol.latent in ("prior", "posterior")
    assert set(protocol.metrics) <= set(METRICS)


def test_published_counts_and_variants():
    rows = {
        name: (p.num_images, p.mean_iou, p.image_size)
        for name, p in PROTOCOLS.items()
    }
    assert rows["ade20k_spade"] == (2000, "mit", (256, 256))
    assert rows["cityscapes_spade"] == (500, "drn", (512, 256))
    assert rows["coco_stuff_spade"] == (5000, "deeplab", (256, 256))


def test_each_data_set_has_a_protocol():
    for name in catalog.list_datasets():
        assert default_protocol(name).dataset == name
    assert default_protocol("tfds:x").dataset == "tfds:x"
    with pytest.raises(ValueError, match="no such protocol.*camvid_judges"):
        find_protocol("camvid")
