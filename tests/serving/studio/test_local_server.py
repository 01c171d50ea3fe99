"""The studio against the local server and a real, tiny model."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import tf_semsynth as ss
from tests.serving.studio.browser import TABLET, screenshot
from tests.serving.studio.user import User, png
from tests.workdirs import randomize
from tf_semsynth.systems import registry

pytest.importorskip(
    "tf_semsynth_serving.server",
    reason="needs the server: pip install -e ./serving[server]",
)


@pytest.fixture(scope="module", autouse=True)
def quick_graphs():
    """Optimizing a graph takes longer here than running it does."""
    options = tf.config.optimizer
    options.set_experimental_options({"disable_meta_optimizer": True})
    yield
    options.set_experimental_options({"disable_meta_optimizer": False})


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory):
    """SPADE with an encoder and random weights, 64 x 64 pixels, 8 classes."""
    size = {"image_height": 64, "image_width": 64}
    config_class = registry.get_config_class("spade")
    config = config_class.tiny(use_encoder=True, **size)
    system = registry.get_system_class("spade")(config)
    randomize(system)
    folder = tmp_path_factory.mktemp("exports") / "tiny"
    ss.export_system(system, folder / "1", warmup=False, verify=False)
    return folder


@pytest.fixture(scope="module")
def server(model_dir):
    from tf_semsynth_serving.server import Options, serve

    server = serve(Options(model_dir=str(model_dir), grpc_port=0, rest_port=0))
    yield server
    server.stop(5)


@pytest.fixture
def visitor(server, open_page):
    address = f"http://localhost:{server.rest_port}/"
    page = open_page()
    page.set_default_timeout(60_000)  # The first request compiles the graph.
    return User(page, address)


def test_a_first_visit_from_painting_to_the_file(visitor):
    page = visitor.page
    assert page.locator("#model-name").inner_text() == "tiny"
    facts = page.locator("#model-facts").inner_text()
    assert facts == "spade · version 1 · 64 × 64 · 8 classes"
    visitor.clear("class_0")
    visitor.choose("class_3")
    visitor.size(12)
    visitor.stroke((10, 32), (54, 32))
    visitor.tool("Fill")
    visitor.choose("class_5")
    visitor.click(32, 5)
    visitor.wait_for_picture()
    layout = visitor.layout()
    assert layout.shape == (64, 64)
    assert (layout[0] == 5).all() and (layout[32, 10:54] == 3).all()
    picture = visitor.picture()
    assert picture.shape == (64, 64, 3) and picture.std() > 0
    screenshot(page, "local_server")
    page.click("#undo")
    page.click("#undo")
    assert (visitor.layout() == 0).all()
    visitor.wait_for_picture()
    assert (visitor.picture() != picture).any()


def test_the_picture_is_the_one_that_the_server_makes(visitor, model_dir):
    visitor.page.fill("#seed", "7")
    visitor.wait_for_picture()
    model = tf.saved_model.load(str(model_dir / "1"))
    answer = model.signatures["synthesize_png"](
        layout_png=tf.constant([visitor.download("#save-layout")]),
        seed=tf.constant([7], tf.int64),
    )
    expected = Image.open(io.BytesIO(answer["image_png_bytes"][0].numpy()))
    difference = visitor.picture().astype(int) - np.asarray(expected)
    assert np.abs(difference).max() <= 1


def test_variants_and_a_reference_style(visitor):
    page = visitor.page
    page.click("#make-variants")
    page.locator(".variant img").nth(7).wait_for()
    page.locator(".variant").nth(2).click()
    visitor.wait_for_picture()
    before = visitor.picture()
    photo = np.random.default_rng(0).integers(0, 256, (90, 120, 3))
    buffer = png(photo.astype("uint8"))
    file = {"name": "p.png", "mimeType": "image/png", "buffer": buffer}
    page.set_input_files("#style-file", file)
    page.locator("#style-thumbnail").wait_for()
    visitor.wait_for_picture()
    assert (visitor.picture() != before).any()
    page.set_viewport_size(TABLET)
    screenshot(page, "local_server_tablet", full_page=True)


def test_the_server_goes_and_comes_back(visitor, server, model_dir):
    from tf_semsynth_serving.server import Options, serve

    port = server.rest_port
    server.stop(0)
    visitor.choose("class_2")
    visitor.click(20, 20)
    visitor.status("No connection")
    assert "does not answer" in visitor.notice("picture")
    options = Options(model_dir=str(model_dir), grpc_port=0, rest_port=port)
    again = serve(options)
    try:
        visitor.status("Ready")
        visitor.wait_for_picture()
    finally:
        again.stop(5)
