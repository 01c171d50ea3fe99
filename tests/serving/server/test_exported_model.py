"""The server with a real export behind it."""

import base64
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.serving.server.asking import MODEL, ask
from tests.serving.server.layouts import (
    NUM_CLASSES,
    SIZE,
    bad_layouts,
    make_layout,
)

BAD = bad_layouts()
LAYOUTS = [make_layout(seed) for seed in (1, 2)]
CLASS_IDS = np.stack(
    [np.asarray(Image.open(io.BytesIO(png)), "int32") for png in LAYOUTS]
)
SEEDS = np.array([3, 2**40])
STYLE = io.BytesIO()
Image.fromarray(np.arange(90 * 80 * 3, dtype="uint8").reshape(90, 80, 3)).save(
    STYLE, "JPEG"
)
REQUESTS = {
    "serving_default": {"class_ids": CLASS_IDS, "seed": SEEDS},
    "synthesize_png": {"layout_png": LAYOUTS, "seed": SEEDS},
    "synthesize_variants": {
        "layout_png": LAYOUTS,
        "seeds": np.array([[1, 2, 3], [4, 5, 6]]),
    },
    "synthesize_with_style": {
        "layout_png": LAYOUTS,
        "style_image": [STYLE.getvalue()] * 2,
        "seed": SEEDS,
    },
    "describe": {"version": np.array([1, 1], "int32")},
}

# Each of the others takes TensorFlow seconds, when it is first used.
QUICK = ("synthesize_png", "describe")


@pytest.fixture(scope="module")
def bare_model(exported_dir):
    return tf.saved_model.load(str(exported_dir / "1"))


def pixels(array):
    """Pictures as ints; PNGs are decoded, other bytes kept."""
    if array.dtype != object or array.flat[0][1:4] != b"PNG":
        return array.astype(int) if array.dtype != object else array
    decoded = [np.asarray(Image.open(io.BytesIO(png))) for png in array.flat]
    return np.stack(decoded).astype(int).reshape(*array.shape, SIZE, SIZE, 3)


@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
        for name in REQUESTS
    ],
)
def test_every_signature_answers_as_bare_tensorflow_does(
    exported_client, bare_model, name
):
    outputs = exported_client.predict(name, REQUESTS[name])
    tensors = {k: tf.constant(v) for k, v in REQUESTS[name].items()}
    expected = bare_model.signatures[name](**tensors)
    assert set(outputs) == set(expected)
    for key, value in outputs.items():
        found, wanted = pixels(value), pixels(expected[key].numpy())
        assert found.shape == wanted.shape
        if found.dtype == object:
            assert (found == wanted).all()
        else:  # Optimized otherwise: a rounding may fall on the other side.
            assert abs(found - wanted).max() <= 1


def test_rest_and_grpc_answer_alike(exported_server, exported_client):
    picture = exported_client.predict(
        "synthesize_png", REQUESTS["synthesize_png"]
    )["image_png_bytes"]
    rows = [
        {"layout_png": {"b64": base64.b64encode(png).decode()}, "seed": seed}
        for png, seed in zip(LAYOUTS, SEEDS.tolist(), strict=True)
    ]
    body = {"signature_name": "synthesize_png", "instances": rows}
    path = f"/v1/models/{MODEL}:predict"
    code, _, answer = ask(exported_server.rest_port, path, body)
    assert code == 200
    found = [base64.b64decode(p["b64"]) for p in answer["predictions"]]
    assert found == picture.tolist()


def test_the_description_comes_over_rest_as_text(exported_server, exported_dir):
    body = {"signature_name": "describe", "instances": [1]}
    path = f"/v1/models/{MODEL}:predict"
    _, _, answer = ask(exported_server.rest_port, path, body)
    classes = json.loads(answer["predictions"][0])
    file = exported_dir / "1" / "assets" / "classes.json"
    assert classes == json.loads(file.read_text(encoding="utf-8"))
    assert classes["num_classes"] == NUM_CLASSES


@pytest.mark.parametrize("fault", BAD)
def test_bad_layouts_are_refused_in_words(
    exported_server, exported_client, fault
):
    data, words = BAD[fault]
    inputs = {"layout_png": [data], "seed": SEEDS[:1]}
    code, over_grpc = exported_client.error("synthesize_png", inputs)
    assert code == "INVALID_ARGUMENT" and words in over_grpc
    assert "[[" not in over_grpc and "Assert" not in over_grpc
    row = {"layout_png": {"b64": base64.b64encode(data).decode()}, "seed": 3}
    body = {"signature_name": "synthesize_png", "instances": [row]}
    path = f"/v1/models/{MODEL}:predict"
    code, _, answer = ask(exported_server.rest_port, path, body)
    assert (code, answer) == (400, {"error": over_grpc})


def test_neighbours_in_a_batch_do_not_feel_a_bad_layout(
    exported_client, exported_server
):
    def expected(seed):
        inputs = {"layout_png": LAYOUTS[:1], "seed": np.array([seed])}
        return exported_client.predict("synthesize_png", inputs)

    alone = [expected(seed)["image_png_bytes"][0] for seed in range(4)]
    bad = list(BAD.values())[0][0]

    def work(number):
        data = bad if number % 5 == 4 else LAYOUTS[0]
        inputs = {"layout_png": [data], "seed": np.array([number % 5])}
        if number % 5 == 4:
            return exported_client.error("synthesize_png", inputs)[0]
        outputs = exported_client.predict("synthesize_png", inputs)
        found = pixels(outputs["image_png_bytes"])
        wanted = pixels(np.array([alone[number % 5]], object))
        return abs(found - wanted).max()

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(work, range(20)))
    assert results[4::5] == 4 * ["INVALID_ARGUMENT"]
    del results[4::5]
    assert max(results) <= 1


@pytest.mark.slow
def test_an_exports_own_records_warm_it_up(exported_dir, running, tmp_path):
    folder = shutil.copytree(exported_dir, tmp_path / MODEL)
    records = exported_dir.parent / "records"
    name = "tf_serving_warmup_requests"
    shutil.copy(records, folder / "1" / "assets.extra" / name)
    with running(folder) as server:
        with server.versions.acquire().in_use() as servable:
            assert servable.num_warm_up_records == len(REQUESTS)
