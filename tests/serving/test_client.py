"""One suite for all servers: a client cannot tell them from each other.

It runs over gRPC and REST against the local server and, where there is one,
against a real TensorFlow Serving.
"""

import dataclasses
import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.serving.real_servers import (
    MODEL,
    local_server,
    tensorflow_serving,
)
from tests.workdirs import randomize
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.exporting.writer import export_system
from tf_semsynth.systems import registry
from tf_semsynth_serving import errors
from tf_semsynth_serving.client import Client
from tf_semsynth_serving.client_command import main

H, W, K = 64, 128, 8
_DEFAULT = ClassTable.default(K)
CLASSES = ClassTable(_DEFAULT.names, _DEFAULT.colours, unknown_id=0)
LABEL = "stable"


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory):
    """A tiny CC-FPSE with an encoder, exported as version 1."""
    config = registry.get_config_class("cc_fpse").tiny(use_encoder=True)
    fields = {**dataclasses.asdict(config), "image_width": W}
    system = registry.build_system("cc_fpse", CLASSES, **fields)
    randomize(system)
    folder = tmp_path_factory.mktemp("served") / MODEL
    export_system(system, str(folder / "1"), verify=False)
    return str(folder)


@pytest.fixture(scope="module")
def local(model_dir):
    with local_server(model_dir, f"--version_labels={LABEL}=1") as addresses:
        yield addresses


@pytest.fixture(scope="module")
def real(model_dir):
    with tensorflow_serving(model_dir, LABEL) as addresses:
        yield addresses


@pytest.fixture(
    scope="module",
    params=["local-grpc", "local-rest", "real-grpc", "real-rest"],
)
def server(request):
    """The address of a server, for `Client`."""
    which, interface = request.param.split("-")
    return getattr(request.getfixturevalue(which), interface)


@pytest.fixture(scope="module")
def client(server):
    with Client(server, MODEL, deadline=120) as client:
        client.synthesize(np.zeros((H, W), int))  # The first one may be slow.
        yield client


@pytest.fixture(scope="module")
def bare(model_dir):
    """The SavedModel itself, run by TensorFlow."""
    model = tf.saved_model.load(f"{model_dir}/1")

    def run(signature, **inputs):
        function = model.signatures[signature]
        dtypes = {
            tensor.name: tensor.dtype
            for tensor in function.structured_input_signature[1].values()
        }
        tensors = {k: tf.constant(v, dtypes[k]) for k, v in inputs.items()}
        (output,) = function(**tensors).values()
        return output.numpy()

    return run


@pytest.fixture(scope="module")
def class_ids():
    blocks = np.random.default_rng(0).integers(K, size=(H // 8, W // 8))
    return blocks.repeat(8, axis=0).repeat(8, axis=1)


def png(array):
    file = io.BytesIO()
    Image.fromarray(np.asarray(array, "uint8")).save(file, "PNG")
    return file.getvalue()


def pixels(picture):
    if isinstance(picture, bytes):
        picture = Image.open(io.BytesIO(picture))
    return np.asarray(picture).astype(int)


def assert_same(picture, expected):
    """Equal within a grey level: a server may merge and order sums anew."""
    assert np.abs(pixels(picture) - pixels(expected)).max() <= 1


def test_a_picture_is_the_one_of_the_bare_model(client, bare, class_ids):
    expected = bare("synthesize_png", layout_png=[png(class_ids)], seed=[7])
    picture = client.synthesize(class_ids, seed=7)
    assert picture.mode == "RGB" and picture.size == (W, H)
    assert pixels(picture).std() > 10
    assert_same(picture, expected[0])
    assert_same(client.synthesize_bytes(png(class_ids), 7), expected[0])


def test_seeds_differ_and_repeat(client, class_ids):
    first, again, other = (client.synthesize(class_ids, s) for s in (1, 1, 2))
    assert_same(first, again)
    assert np.abs(pixels(first) - pixels(other)).max() > 1


def test_seeds_of_64_bits_arrive(client, bare, class_ids):
    for seed in (-(2**63), 2**53 + 1, 2**63 - 1):
        expected = bare(
            "synthesize_png",
            layout_png=[png(class_ids)],
            seed=[seed],
        )
        assert_same(client.synthesize(class_ids, seed), expected[0])


def test_variants_are_the_pictures_of_their_seeds(client, class_ids):
    pictures = client.variants(class_ids, [3, 1, 2])
    assert len(pictures) == 3
    for seed, picture in zip([3, 1, 2], pictures, strict=True):
        assert_same(picture, client.synthesize(class_ids, seed))


def test_a_style_picture_decides(client, bare, class_ids):
    file = io.BytesIO()
    rng = np.random.default_rng(1)
    style = rng.integers(256, size=(50, 70, 3), dtype="uint8")
    Image.fromarray(style).save(file, "JPEG")
    expected = bare(
        "synthesize_with_style",
        layout_png=[png(class_ids)],
        style_image=[file.getvalue()],
        seed=[5],
    )
    picture = client.with_style(class_ids, file.getvalue(), seed=5)
    assert_same(picture, expected[0])


def test_colours_are_converted_with_the_models_own_table(client, class_ids):
    expected = client.synthesize(class_ids)
    colours = np.array(CLASSES.colours, "uint8")[class_ids]
    assert_same(client.synthesize(colours), expected)
    picture = Image.fromarray(class_ids.astype("uint8"), "L").convert("P")
    picture.putdata(class_ids.ravel().tolist())
    picture.putpalette([v for colour in CLASSES.colours for v in colour])
    assert_same(client.synthesize(picture), expected)
    unknown = np.where(class_ids == 0, 255, class_ids)
    assert_same(client.synthesize(unknown), expected)


def test_any_signature_can_be_run(client, bare, class_ids):
    inputs = {"class_ids": class_ids[None], "seed": [4]}
    answer = client.predict("serving_default", inputs)
    expected = bare("serving_default", **inputs)
    assert answer["image"].dtype == np.uint8
    assert_same(answer["image"], expected)


def test_a_model_describes_itself(client):
    description = client.describe()
    assert description["version"] == 1
    assert description["system"] == "cc_fpse"
    size = description["image_height"], description["image_width"]
    assert size == (H, W)
    assert description["unknown_id"] == 0
    colours = [tuple(row["colour"]) for row in description["classes"]]
    assert colours == list(CLASSES.colours)


def test_signatures_tell_what_a_model_can_do(client):
    signatures = client.signatures()
    assert sorted(signatures) == [
        "describe",
        "serving_default",
        "synthesize_latent",
        "synthesize_png",
        "synthesize_variants",
        "synthesize_with_style",
    ]
    assert signatures["synthesize_variants"] == {
        "inputs": {
            "layout_png": {"dtype": "DT_STRING", "shape": [-1]},
            "seeds": {"dtype": "DT_INT64", "shape": [-1, -1]},
        },
        "outputs": {
            "image_png_bytes": {"dtype": "DT_STRING", "shape": [-1, -1]}
        },
    }


def test_the_status_names_versions_and_states(client):
    (status,) = client.status()
    assert status == {
        "version": 1,
        "state": "AVAILABLE",
        "error_code": "OK",
        "error_message": "",
    }


def test_versions_and_labels_are_found(server, class_ids):
    for choice in ({"version": 1}, {"label": LABEL}):
        with Client(server, MODEL, deadline=120, **choice) as client:
            assert client.synthesize(class_ids).size == (W, H)


def test_what_the_server_lacks_is_not_found(server):
    choices = (("other", {}), (MODEL, {"version": 2}), (MODEL, {"label": "x"}))
    for name, choice in choices:
        with Client(server, name, **choice) as client:
            with pytest.raises(errors.NotFound):
                client.describe()


@pytest.mark.parametrize(
    "layout_png, words",
    [
        (b"nothing", "row 0 is no PNG.*Received 7 bytes"),
        (png(np.full((H, W), K)), "Class id 8 is out of range.*0 to 7"),
        (png(np.zeros((W, H))), "wrong size: its header says 128 x 64"),
        (png(np.zeros((H, W, 3))), "colour type is 2, RGB"),
        (png(np.zeros((H, W)))[:-9], "truncated"),
    ],
)
def test_refusals_of_the_model_arrive_in_its_words(client, layout_png, words):
    with pytest.raises(errors.InvalidRequest, match=words) as caught:
        inputs = {"layout_png": [layout_png], "seed": [0]}
        client.predict("synthesize_png", inputs)
    assert "node" not in str(caught.value)


def test_a_batch_is_answered_row_by_row(client, class_ids):
    layouts = [png(class_ids), png((class_ids + 1) % K), png(class_ids[::-1])]
    inputs = {"layout_png": layouts, "seed": [1, 2, 3]}
    answer = client.predict("synthesize_png", inputs)["image_png_bytes"]
    for layout, seed, picture in zip(layouts, [1, 2, 3], answer, strict=True):
        assert_same(picture, client.synthesize(layout, seed))


def test_a_deadline_that_is_too_short_is_kept(server, class_ids):
    with Client(server, MODEL, deadline=1e-4) as client:
        with pytest.raises(errors.DeadlineExceeded):
            client.synthesize(class_ids)


def test_the_command_makes_a_folder_of_pictures(
    server, client, class_ids, tmp_path, capsys
):
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    for number in range(3):
        layout = png((class_ids + number) % K)
        (layouts / f"{number}.png").write_bytes(layout)
    (layouts / "bad.png").write_bytes(png(np.zeros((3, 3))))
    output = tmp_path / "pictures"
    code = main(
        [
            f"--server={server}",
            f"--model_name={MODEL}",
            f"--layout={layouts}",
            f"--output={output}",
            "--seed=5",
            "--deadline=120",
        ]
    )
    assert code == 1
    assert "bad.png has the wrong size" in capsys.readouterr().err
    for number in range(3):
        picture = (output / f"{number}.png").read_bytes()
        assert_same(picture, client.synthesize((class_ids + number) % K, 5))
