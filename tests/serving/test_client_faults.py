"""What a client does when things go wrong, over both interfaces."""

import io
import socket
import threading
import time

import numpy as np
import pytest
from PIL import Image

from tests.serving.fake_server import (
    HEIGHT,
    WIDTH,
    FakeModel,
    Fault,
    describe_model,
    serve_grpc,
    serve_rest,
)
from tf_semsynth_serving import client as client_module
from tf_semsynth_serving import errors, retries
from tf_semsynth_serving.client import Client

LAYOUT = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) % 3
SERVE = {"grpc": serve_grpc, "rest": serve_rest}


@pytest.fixture(params=SERVE)
def interface(request):
    return request.param


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def server(interface, model):
    with SERVE[interface](model) as address:
        yield address


@pytest.fixture
def client(server):
    with Client(server, "fake", deadline=10) as client:
        yield client


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.01)


def fail(code, words="the words of the server"):
    def answer():
        raise Fault(code, words)

    return answer


def test_a_picture_comes_back(client):
    picture = np.asarray(client.synthesize(LAYOUT, seed=7))
    np.testing.assert_array_equal(picture[..., 0], LAYOUT)
    assert (picture[..., 1] == 7).all()


@pytest.mark.parametrize(
    "code, kind",
    [
        ("INVALID_ARGUMENT", errors.InvalidRequest),
        ("RESOURCE_EXHAUSTED", errors.ResourceExhausted),
        ("DEADLINE_EXCEEDED", errors.DeadlineExceeded),
        ("UNAUTHENTICATED", errors.Unauthenticated),
        ("INTERNAL", errors.ServingError),
    ],
)
def test_errors_have_kinds_and_are_not_tried_again(client, model, code, kind):
    model.script.append(fail(code))
    with pytest.raises(kind) as caught:
        client.synthesize(LAYOUT)
    assert type(caught.value) is kind
    assert len(model.requests) == 1


def test_the_words_of_the_server_are_told(client, model):
    model.script.append(
        fail(
            "INVALID_ARGUMENT",
            "assertion failed: [Class id 9 is out of range]\n\t "
            "[[{{node Assert}}]]",
        )
    )
    with pytest.raises(errors.InvalidRequest) as caught:
        client.synthesize(LAYOUT)
    assert "Class id 9 is out of range" in str(caught.value)
    assert "node" not in str(caught.value)


def test_unavailable_is_tried_again(client, model):
    model.script += 3 * [fail("UNAVAILABLE")]
    assert client.synthesize(LAYOUT).size == (WIDTH, HEIGHT)
    assert len(model.requests) == 4


def test_tries_end(server, model):
    model.script += 9 * [fail("UNAVAILABLE", "the queue is full")]
    with Client(server, "fake", retries=2) as client:
        with pytest.raises(errors.Unavailable, match="queue is full.*3 times"):
            client.synthesize(LAYOUT)
    assert len(model.requests) == 3


def test_nobody_at_the_address(interface):
    with socket.socket() as taken:  # Bound, but nobody listens.
        taken.bind(("localhost", 0))
        port = taken.getsockname()[1]
        address = f"localhost:{port}"
        if interface == "rest":
            address = f"http://{address}"
        with Client(address, "fake", retries=1) as client:
            with pytest.raises(errors.Unavailable) as caught:
                client.synthesize(LAYOUT)
    assert "8500" in str(caught.value) and str(port) in str(caught.value)
    assert isinstance(caught.value, ConnectionError)


def test_a_server_that_starts_late_is_found(interface, model):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    prefix = "http://" if interface == "rest" else ""
    pictures = []
    with Client(f"{prefix}localhost:{port}", "fake", retries=50) as client:

        def ask():
            pictures.append(client.synthesize(LAYOUT))

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        with SERVE[interface](model, port):
            thread.join(20)
    assert len(pictures) == 1


def test_a_deadline_is_kept(server, model):
    release = threading.Event()
    model.script.append(lambda: release.wait(20))
    with Client(server, "fake", deadline=1.0) as client:
        client.describe()
        start = time.monotonic()
        with pytest.raises(errors.DeadlineExceeded, match="--deadline"):
            client.synthesize(LAYOUT)
        assert time.monotonic() - start < 5
    release.set()
    assert len(model.requests) == 1


def test_retries_share_the_deadline(server, model, monkeypatch):
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.2)
    model.script += 100 * [fail("UNAVAILABLE")]
    with Client(server, "fake", deadline=1.0, retries=99) as client:
        client.describe()
        start = time.monotonic()
        with pytest.raises(errors.Unavailable):
            client.synthesize(LAYOUT)
        assert time.monotonic() - start < 3


def test_an_unknown_version_and_an_unknown_label(server):
    for choice, flag in (
        ({"version": 9}, "--version"),
        ({"label": "stable"}, "no label 'stable'.*--label"),
    ):
        with Client(server, "fake", **choice) as client:
            with pytest.raises(errors.NotFound, match=flag):
                client.synthesize(LAYOUT)


def test_a_signature_that_the_model_lacks_is_told_before_sending(interface):
    model = FakeModel(signatures=("describe", "synthesize_png"))
    with SERVE[interface](model) as server:
        with Client(server, "fake") as client:
            with pytest.raises(errors.NotFound, match="no noise"):
                client.variants(LAYOUT, [1, 2])
            with pytest.raises(errors.NotFound, match="no encoder"):
                client.with_style(LAYOUT, Image.new("RGB", (3, 3)))
    assert model.requests == []


def test_a_description_of_another_form_is_told(client, model):
    for description, words in (({"format": 2}, "format 2"), ([], "begins")):
        model.versions[max(model.versions) + 1] = description
        client._fresh_until = 0.0
        with pytest.raises(errors.ServingError, match=words):
            client.synthesize(LAYOUT)
        assert client.signatures()  # Other things still work.


def test_a_token_is_sent(server, model):
    model.token = "secret"
    with Client(server, "fake", api_token="secret") as client:
        client.synthesize(LAYOUT)
    with Client(server, "fake", api_token="guess") as client:
        with pytest.raises(errors.Unauthenticated, match="--api_token_file"):
            client.synthesize(LAYOUT)


def test_the_description_is_asked_for_once(client, model):
    client.synthesize(LAYOUT)
    asked = model.asked
    client.synthesize(LAYOUT)
    client.variants(LAYOUT, [1])
    client.describe()
    assert model.asked == asked + 2


def test_a_new_version_is_seen_with_its_own_colours(client, model, monkeypatch):
    colours = np.array([(70, 130, 180), (0, 128, 0), (128, 64, 128)], "uint8")
    picture = np.asarray(client.synthesize(colours[LAYOUT]))
    np.testing.assert_array_equal(picture[..., 0], LAYOUT)
    swapped = [tuple(c) for c in colours[[1, 0, 2]].tolist()]
    model.versions[2] = describe_model(colours=swapped)
    # Until it is asked again, requests go to the version that was described.
    picture = np.asarray(client.synthesize(colours[LAYOUT]))
    assert (picture[..., 2] == 1).all()
    monkeypatch.setattr(client_module, "_FRESH_SECONDS", 0.0)
    client._fresh_until = 0.0
    picture = np.asarray(client.synthesize(colours[LAYOUT]))
    assert (picture[..., 2] == 2).all()
    np.testing.assert_array_equal(picture[..., 0], np.array([1, 0, 2])[LAYOUT])


def test_a_version_that_goes_is_replaced_without_a_fault(client, model):
    client.synthesize(LAYOUT)
    model.versions = {2: describe_model()}
    picture = np.asarray(client.synthesize(LAYOUT))
    assert (picture[..., 2] == 2).all()


def test_a_label_that_moves_is_followed(server, model, monkeypatch):
    monkeypatch.setattr(client_module, "_FRESH_SECONDS", 0.0)
    model.versions[2] = describe_model()
    model.labels["stable"] = 1
    with Client(server, "fake", label="stable") as client:
        assert np.asarray(client.synthesize(LAYOUT))[0, 0, 2] == 1
        model.labels["stable"] = 2
        assert np.asarray(client.synthesize(LAYOUT))[0, 0, 2] == 2


def test_a_pinned_version_is_kept(server, model):
    model.versions[2] = describe_model()
    with Client(server, "fake", version=1) as client:
        assert np.asarray(client.synthesize(LAYOUT))[0, 0, 2] == 1


@pytest.mark.parametrize("count, sizes", [(3, [3]), (8, [8]), (18, [8, 8])])
def test_requests_of_many_seeds_have_one_size(client, model, count, sizes):
    pictures = client.variants(LAYOUT, range(count))
    assert [np.asarray(p)[0, 0, 1] for p in pictures] == list(range(count))
    asked = [inputs.get("seeds") for _, _, inputs in model.requests]
    assert [len(s[0]) for s in asked if s is not None] == sizes
    assert len(asked) == len(sizes) + count - sum(sizes)
    assert client.variants(LAYOUT, []) == []


def test_seeds_have_64_bits(client, model):
    for seed in (-(2**63), 2**53 + 1, 2**63 - 1):
        model.script.append(fail("INTERNAL"))
        with pytest.raises(errors.ServingError):
            client.synthesize(LAYOUT, seed=seed)
        assert model.requests[-1][2]["seed"][0] == seed


def test_a_style_picture_is_sent_as_it_is(client, model, tmp_path):
    path = tmp_path / "style.jpg"
    Image.new("RGB", (9, 5), (1, 2, 3)).save(path)
    client.with_style(LAYOUT, path, seed=3)
    assert model.requests[-1][2]["style_image"][0] == path.read_bytes()
    client.with_style(LAYOUT, Image.open(path))
    sent = model.requests[-1][2]["style_image"][0]
    assert Image.open(io.BytesIO(sent)).size == (9, 5)
    with pytest.raises(errors.InvalidRequest, match="no PNG and no JPEG"):
        client.with_style(LAYOUT, b"GIF89a")


def test_threads_share_a_client(client):
    pictures = {}

    def ask(seed):
        pictures[seed] = client.synthesize(LAYOUT, seed=seed)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, picture in pictures.items():
        assert (np.asarray(picture)[..., 1] == seed).all()
    assert len(pictures) == 12


def test_impossible_arguments_are_refused():
    with pytest.raises(ValueError, match="not both"):
        Client("http://localhost:1", version=1, label="stable")
    for deadline in (0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="more than 0 and at most 86400"):
            Client("http://localhost:1", deadline=deadline)


def test_each_interface_at_the_port_of_the_other(interface, server):
    other = f"http://{server}" if interface == "grpc" else server[7:]
    words = "gRPC port" if interface == "grpc" else "REST port"
    with Client(other, "fake", retries=0, deadline=5) as client:
        with pytest.raises(errors.ServingError, match=words):
            client.synthesize(LAYOUT)
