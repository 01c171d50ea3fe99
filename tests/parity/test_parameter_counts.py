"""The published configurations have exactly the official numbers of weights.

The numbers are the specification's, counted on the official classes. The
networks are made inside a graph that is never run, so that the largest, of
560 MB, take no memory.
"""

import math

import pytest
import tensorflow as tf

import tf_semsynth as ss

ADE20K = dict(num_classes=151, image_height=256, image_width=256)
# The table's channels count the instance borders, our classes do not.
COCO = dict(ADE20K, num_classes=183, use_edges=True)
CITYSCAPES = dict(
    num_classes=35,
    use_edges=True,
    image_height=256,
    image_width=512,
    size="more",
)
FACADES = dict(ADE20K, num_classes=13)
# Batch norms that the official CC-FPSE generator owns and never calls.
UNUSED = 26_112
ENCODER = 10_463_424


def count_parameters(name, **fields):
    """Trainable parameters by network."""
    with tf.Graph().as_default():
        networks = ss.build_system(name, **fields).networks
    return {
        name: sum(math.prod(v.shape) for v in network.trainable_variables)
        for name, network in networks.items()
    }


@pytest.mark.parametrize(
    "fields, generator, discriminator",
    [
        pytest.param(ADE20K, 140_704_323, 5_190_593, id="ade20k"),
        pytest.param(COCO, 141_939_843, 5_194_817, id="coco"),
        pytest.param(CITYSCAPES, 128_055_555, 5_175_873, id="cityscapes"),
    ],
)
def test_cc_fpse(fields, generator, discriminator):
    assert count_parameters("cc_fpse", **fields) == {
        "generator": generator - UNUSED,
        "discriminator": discriminator,
        "encoder": ENCODER,
    }


def test_cc_fpse_without_encoder():
    counts = count_parameters("cc_fpse", **ADE20K, use_encoder=False)
    assert counts["generator"] == 125_254_211 - UNUSED
    assert "encoder" not in counts


def test_the_defaults_are_the_published_ade20k_configuration():
    assert count_parameters("cc_fpse") == count_parameters("cc_fpse", **ADE20K)


@pytest.mark.parametrize(
    "fields, generator, discriminator",
    [
        pytest.param(ADE20K, 96_492_483, 5_836_930, id="ade20k"),
        pytest.param(COCO, 97_480_899, 5_904_514, id="coco"),
        pytest.param(CITYSCAPES, 93_048_003, 5_601_410, id="cityscapes"),
        pytest.param(FACADES, 92_359_107, 5_554_306, id="facades"),
        pytest.param(
            dict(ADE20K, generator_type="pix2pixhd"),
            182_886_019,
            5_836_930,
            id="pix2pixhd",
        ),
    ],
)
def test_spade(fields, generator, discriminator):
    assert count_parameters("spade", **fields) == {
        "generator": generator,
        "discriminator": discriminator,
    }


def test_spade_with_encoder():
    assert count_parameters("spade", **ADE20K, use_encoder=True) == {
        "generator": 111_942_595,
        "discriminator": 5_836_930,
        "encoder": ENCODER,
    }
