"""The contract of the signatures: names, dtypes, ranks, values, refusals."""

import io
import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.exporting.conftest import draw
from tests.exporting.pngs import make_png
from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.core.png_files import encode_ids

B = 2
LAYOUT = ("class_ids", tf.int32, 3)
PNG = ("layout_png", tf.string, 1)
SEED = ("seed", tf.int64, 1)
STYLE = ("style_image", tf.string, 1)
IMAGE = ("image", tf.uint8, 4)
BYTES = ("image_png_bytes", tf.string, 1)
CONTRACT = {
    "serving_default": ({LAYOUT, SEED}, {IMAGE}),
    "synthesize_latent": ({LAYOUT, ("latent", tf.float32, 2)}, {IMAGE}),
    "synthesize_png": ({PNG, SEED}, {BYTES}),
    "synthesize_variants": (
        {PNG, ("seeds", tf.int64, 2)},
        {("image_png_bytes", tf.string, 2)},
    ),
    "synthesize_with_style": ({PNG, STYLE, SEED}, {BYTES}),
    "synthesize_instances": (
        {LAYOUT, ("instance_ids", tf.int32, 3), SEED},
        {IMAGE},
    ),
    "describe": (
        {("version", tf.int32, 1)},
        {("classes_json", tf.string, 1)},
    ),
}


def make_ids(exported, seed=0, batch_size=B):
    config = exported.system.config
    rng = np.random.default_rng(seed)
    shape = batch_size, config.image_height // 8, config.image_width // 8
    blocks = rng.integers(config.num_classes, size=shape, dtype="int32")
    return blocks.repeat(8, axis=1).repeat(8, axis=2)


def decode(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def call(exported, name, **inputs):
    tensors = {key: tf.constant(value) for key, value in inputs.items()}
    return {
        key: value.numpy()
        for key, value in exported.signatures[name](**tensors).items()
    }


def refusal_of(exported, name, **inputs):
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        call(exported, name, **inputs)
    return caught.value.message


def assert_close(image, expected):
    """At most one grey level, which rounding can make of a float."""
    assert image.dtype == np.uint8
    difference = image.astype(int) - np.asarray(expected).astype(int)
    assert np.abs(difference).max() <= 1


def test_a_system_has_the_signatures_that_it_can_serve(cc_fpse, spade):
    assert set(cc_fpse.signatures) == set(CONTRACT) - {"synthesize_instances"}
    assert set(spade.signatures) == set(CONTRACT) - {
        "synthesize_latent",
        "synthesize_variants",
        "synthesize_with_style",
    }


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_names_dtypes_and_ranks_are_the_contract(cc_fpse, spade, name):
    for exported in (cc_fpse, spade):
        if name not in exported.signatures:
            continue
        function = exported.signatures[name]
        inputs = function.structured_input_signature[1]
        outputs = function.structured_outputs
        found = [
            {(key, spec.dtype, spec.shape.rank) for key, spec in part.items()}
            for part in (inputs, outputs)
        ]
        assert tuple(found) == CONTRACT[name]
        # No size is fixed: the graph itself says what is wrong.
        for spec in inputs.values():
            assert spec.shape.as_list() == [None] * spec.shape.rank


def test_ids_give_the_picture_of_the_python_model(cc_fpse):
    ids, seed = make_ids(cc_fpse), np.array([5, -6])
    expected = draw(cc_fpse.system, {"class_ids": ids}, seed=seed)
    result = call(cc_fpse, "serving_default", class_ids=ids, seed=seed)
    assert_close(result["image"], to_uint8(expected))
    assert result["image"].std() > 1  # Not one grey.


def test_a_latent_gives_the_picture_of_the_seed_that_draws_it(cc_fpse):
    ids, seed = make_ids(cc_fpse), np.array([5, -6])
    expected = call(cc_fpse, "serving_default", class_ids=ids, seed=seed)
    latent = cc_fpse.system.draw_noise(tf.constant(seed))["latent"]
    inputs = {"class_ids": ids, "latent": latent.numpy()}
    result = call(cc_fpse, "synthesize_latent", **inputs)
    assert_close(result["image"], expected["image"])
    inputs["latent"] = inputs["latent"][:, 1:]
    message = refusal_of(cc_fpse, "synthesize_latent", **inputs)
    assert f"latent must have {latent.shape[1]} numbers" in message


def test_png_bytes_give_the_same_picture_as_ids(cc_fpse):
    ids, seed = make_ids(cc_fpse), np.array([5, 6])
    expected = call(cc_fpse, "serving_default", class_ids=ids, seed=seed)
    pngs = [encode_ids(ids[0]), make_png(ids[1], depth=16)]
    result = call(cc_fpse, "synthesize_png", layout_png=pngs, seed=seed)
    for png, image in zip(
        result["image_png_bytes"], expected["image"], strict=True
    ):
        assert_close(decode(png), image)


def test_variants_are_the_pictures_of_their_seeds(cc_fpse):
    ids, seeds = make_ids(cc_fpse), np.array([[1, 2, 3], [4, 5, 6]])
    pngs = [encode_ids(i) for i in ids]
    result = call(cc_fpse, "synthesize_variants", layout_png=pngs, seeds=seeds)[
        "image_png_bytes"
    ]
    assert result.shape == (2, 3)
    for column in range(3):
        expected = call(
            cc_fpse, "serving_default", class_ids=ids, seed=seeds[:, column]
        )["image"]
        for row in range(B):
            assert_close(decode(result[row, column]), expected[row])
    assert result[0, 0] != result[0, 1]


def test_a_style_picture_gives_the_style_of_its_code(cc_fpse):
    ids = make_ids(cc_fpse)
    rng = np.random.default_rng(1)
    pictures = rng.integers(256, size=(B, 50, 70, 3), dtype="uint8")
    size = cc_fpse.system.config.image_width, cc_fpse.system.config.image_height
    files, resized = [], []
    for picture in map(Image.fromarray, pictures):
        file = io.BytesIO()
        picture.save(file, "PNG")
        files.append(file.getvalue())
        resized.append(picture.resize(size, Image.Resampling.BICUBIC))
    image = to_float(np.stack([np.asarray(r) for r in resized]))
    latent = cc_fpse.system.encode({"image": image, "class_ids": ids})
    expected = draw(cc_fpse.system, {"class_ids": ids}, latent=latent)
    result = call(
        cc_fpse,
        "synthesize_with_style",
        layout_png=[encode_ids(i) for i in ids],
        style_image=files,
        seed=np.zeros(B, "int64"),
    )["image_png_bytes"]
    for png, row in zip(result, to_uint8(expected), strict=True):
        assert_close(decode(png), row)
    assert result[0] != result[1]


def test_instances_give_their_borders_to_the_generator(spade):
    ids = make_ids(spade)
    instances = make_ids(spade, seed=9)
    seed = np.zeros(B, "int64")
    expected = draw(
        spade.system,
        {"class_ids": ids, "edges": make_edges(instances)},
        seed=seed,
    )
    result = call(
        spade,
        "synthesize_instances",
        class_ids=ids,
        instance_ids=instances,
        seed=seed,
    )["image"]
    assert_close(result, to_uint8(expected))
    without = call(spade, "serving_default", class_ids=ids, seed=seed)["image"]
    assert (result != without).any()


def test_a_picture_does_not_depend_on_its_batch(cc_fpse):
    ids, seed = make_ids(cc_fpse, batch_size=3), np.array([1, 2, 3])
    together = call(cc_fpse, "serving_default", class_ids=ids, seed=seed)
    alone = call(cc_fpse, "serving_default", class_ids=ids[1:2], seed=seed[1:2])
    assert_close(together["image"][1:2], alone["image"])


def test_describe_answers_classes_json(cc_fpse):
    result = call(cc_fpse, "describe", version=np.ones(2, "int32"))
    described = json.loads(result["classes_json"][1])
    config = cc_fpse.system.config
    assert described["system"] == "cc_fpse"
    assert described["image_height"] == config.image_height
    assert described["image_width"] == config.image_width
    assert described["num_classes"] == config.num_classes
    assert described["unknown_id"] == 0
    assert described["classes"][1] == {
        "id": 1,
        "name": "class_1",
        "colour": [0, 128, 0],
    }


def test_describe_refuses_other_versions(cc_fpse):
    message = refusal_of(cc_fpse, "describe", version=np.full(1, 2, "int32"))
    assert "version must be 1" in message


def test_ids_out_of_range_are_refused_everywhere(cc_fpse):
    ids, seed = make_ids(cc_fpse), np.zeros(B, "int64")
    ids[1, 3, 4] = 99
    words = "Class id 99 is out of range"
    inputs = {"class_ids": ids, "seed": seed}
    assert words in refusal_of(cc_fpse, "serving_default", **inputs)
    pngs = [encode_ids(i) for i in ids]
    inputs = {"layout_png": pngs, "seed": seed}
    assert words in refusal_of(cc_fpse, "synthesize_png", **inputs)
    inputs = {"layout_png": pngs, "seeds": seed[:, np.newaxis]}
    assert words in refusal_of(cc_fpse, "synthesize_variants", **inputs)


def test_another_size_is_refused_in_words(spade):
    ids = make_ids(spade)[:, :-8]
    seed = np.zeros(B, "int64")
    message = refusal_of(spade, "serving_default", class_ids=ids, seed=seed)
    assert "class_ids has the wrong size" in message
    message = refusal_of(
        spade,
        "synthesize_instances",
        class_ids=make_ids(spade),
        instance_ids=ids,
        seed=seed,
    )
    assert "instance_ids has the wrong size" in message


@pytest.mark.parametrize("num_variants", [0, 65])
def test_impossible_numbers_of_variants_are_refused(cc_fpse, num_variants):
    message = refusal_of(
        cc_fpse,
        "synthesize_variants",
        layout_png=[encode_ids(i) for i in make_ids(cc_fpse)],
        seeds=np.zeros((B, num_variants), "int64"),
    )
    assert "seeds must have 1 to 64 columns" in message
    assert f"Received {num_variants}" in message


def test_seeds_must_match_the_layouts(cc_fpse):
    message = refusal_of(
        cc_fpse,
        "serving_default",
        class_ids=make_ids(cc_fpse),
        seed=np.zeros(1, "int64"),
    )
    assert "one row for each picture" in message
