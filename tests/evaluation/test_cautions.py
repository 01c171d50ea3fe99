"""What the reader of a score must know."""

import dataclasses
from types import SimpleNamespace

import pytest

from tf_semsynth.evaluation.cautions import find_cautions
from tf_semsynth.evaluation.protocols import PROTOCOLS
from tf_semsynth.evaluation.request import Request

ADE20K = PROTOCOLS["ade20k_spade"]
JUDGE = SimpleNamespace(name=ADE20K.judge)
FEATURES = SimpleNamespace(
    name="fid_inception",
    dimension=2048,
    official=True,
    frechet_name="fid",
    kid_name="kid",
)


def find(count=2000, size=(256, 256), num_photos=3000, **changes):
    fields = {
        "protocol": ADE20K,
        "metrics": ["mean_iou", "kid"],
        "judge": JUDGE,
        "features": FEATURES,
        **changes,
    }
    files = SimpleNamespace(
        pictures=SimpleNamespace(keys=["x"] * count, size=size),
        photos=SimpleNamespace(keys=["x"] * num_photos),
    )
    return find_cautions(Request({}, "out", **fields), files)


def test_a_published_protocol_as_published_needs_none():
    assert find() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {
                "metrics": ["ms_ssim"],
                "size": (256, 128),
                "protocol": dataclasses.replace(ADE20K, image_size=None),
            },
            "ms_ssim is left out",
        ),
        ({"metrics": ["fid"]}, "fid is too large with 2048 pictures"),
        ({"judge": SimpleNamespace(name="mine")}, "judged here by mine"),
        ({"count": 1999}, "has 2000 pictures, these are 1999"),
        ({"size": (128, 128)}, "have 256 x 256 pixels"),
        (
            {"features": SimpleNamespace(name="mine", dimension=4)},
            "these are mine's",
        ),
        (
            {
                "features": SimpleNamespace(
                    **{**vars(FEATURES), "official": False}
                )
            },
            "not called FID",
        ),
        (
            {
                "count": 49,
                "protocol": dataclasses.replace(ADE20K, num_images=None),
            },
            "Only 49 pictures",
        ),
    ],
)
def test_what_differs_is_said(changes, words):
    found = find(**changes)
    assert len(found) == 1 and words in found[0]
