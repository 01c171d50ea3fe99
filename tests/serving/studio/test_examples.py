"""The layouts to start from fit the classes and the size of each model."""

import csv

import numpy as np
import pytest

from tests.architecture import ROOT
from tests.serving.studio.browser import run_module
from tests.serving.studio.fake_server import describe

CLASSES = ROOT / "tf_semsynth" / "data" / "classes"


def examples_of(page, names, height=48, width=64, unknown_id=None):
    """Dictionary from an example's name to its ids (H, W)."""
    found = run_module(
        page,
        "scenes/examples.js",
        """
        const { makeModelInfo } = await import('/api/model_info.js');
        const model = makeModelInfo(argument, ['synthesize_png']);
        return m.makeExamples(model).map(({ name, map }) =>
          [name, Array.from(map.ids)]);
        """,
        describe(names, height, width, unknown_id),
    )
    return {name: np.reshape(ids, (height, width)) for name, ids in found}


def names_in(data_set):
    with (CLASSES / f"{data_set}.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    "data_set, scenes",
    [
        ("ade20k", {"Street", "Hills", "Coast", "Room"}),
        ("camvid", {"Street"}),
        ("celebamask_hq", {"Portrait"}),
        ("cityscapes", {"Street", "Hills"}),
        ("coco_stuff", {"Street", "Hills", "Coast", "Room"}),
        ("deepfashion_smis", {"Figure"}),
    ],
)
def test_each_data_set_has_its_scenes(module_page, data_set, scenes):
    names = names_in(data_set)
    examples = examples_of(module_page, names)
    assert set(examples) == scenes | {"Bands"}
    for ids in examples.values():
        assert ids.max() < len(names)
        assert len(np.unique(ids)) >= 3


def test_the_sky_is_above_and_the_road_below(module_page):
    names = ["road", "car", "sky", "tree"]
    ids = examples_of(module_page, names)["Street"]
    assert names[ids[0, 0]] == "sky"
    assert names[ids[-1, 30]] == "road"


@pytest.mark.parametrize("size", [(64, 64), (256, 512), (96, 32)])
def test_scenes_fit_every_size(module_page, size):
    names = names_in("cityscapes")
    small = examples_of(module_page, names, 48, 64)["Street"]
    large = examples_of(module_page, names, *size)["Street"]
    shares = [
        np.bincount(m.ravel(), minlength=35) / m.size for m in (small, large)
    ]
    assert np.abs(shares[0] - shares[1]).max() < 0.05


def test_unknown_names_give_bands_of_the_first_classes(module_page):
    names = [f"class_{i}" for i in range(8)]
    examples = examples_of(module_page, names, unknown_id=0)
    assert list(examples) == ["Bands"]
    assert np.unique(examples["Bands"]).tolist() == [1, 2, 3, 4, 5]
    assert (np.diff(examples["Bands"][:, 0]) >= 0).all()


def test_one_class_is_enough(module_page):
    assert examples_of(module_page, ["all"])["Bands"].max() == 0
