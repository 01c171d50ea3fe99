"""Many layouts at once: how many, and what a fault does to the others."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.serving.fake_server import (
    HEIGHT,
    WIDTH,
    FakeModel,
    Fault,
    serve_rest,
)
from tf_semsynth_serving.client import Client
from tf_semsynth_serving.errors import LayoutError, Unavailable
from tf_semsynth_serving.job_runner import (
    PictureOptions,
    describe_faults,
    run_jobs,
)
from tf_semsynth_serving.picture_jobs import Job

OPTIONS = PictureOptions((0,), None, "png", 95)


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def client(model):
    with serve_rest(model) as server:
        with Client(server, "fake", retries=0) as client:
            client.describe()
            yield client


@pytest.fixture
def jobs(tmp_path, client):
    """Nine layouts."""
    zeros = np.zeros((HEIGHT, WIDTH), int)
    client.synthesize(zeros)
    jobs = []
    for number in range(9):
        path = tmp_path / f"{number}.png"
        path.write_bytes(client._current.reader.encode(zeros))
        jobs.append(Job(path, (tmp_path / "out" / f"{number}.png",)))
    return jobs


def fail(code):
    def answer():
        raise Fault(code)

    return answer


def written(jobs):
    return [n for n, job in enumerate(jobs) if job.outputs[0].exists()]


def test_all_are_made(client, jobs):
    assert run_jobs(client, jobs, OPTIONS, in_flight=4) == ([], 0)
    assert written(jobs) == list(range(9))


def test_as_many_requests_as_asked_for_are_under_way(client, jobs, model):
    lock, now, most = threading.Lock(), [0], [0]

    def wait():
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1

    model.script += 9 * [wait]
    run_jobs(client, jobs, OPTIONS, in_flight=3)
    assert most[0] == 3


def test_a_fault_is_of_one_layout_alone(client, jobs, model):
    model.script += [lambda: None, fail("RESOURCE_EXHAUSTED")]
    jobs[4].layout.write_bytes(b"nothing")
    faults, untried = run_jobs(client, jobs, OPTIONS, in_flight=1)
    assert [path for path, _ in faults] == [jobs[1].layout, jobs[4].layout]
    assert isinstance(faults[1][1], LayoutError) and untried == 0
    assert written(jobs) == [0, 2, 3, 5, 6, 7, 8]


@pytest.mark.parametrize("code", ["UNAVAILABLE", "UNAUTHENTICATED"])
def test_a_server_that_is_gone_stops_the_rest(client, jobs, model, code):
    model.script += [lambda: None, fail(code)]
    faults, untried = run_jobs(client, jobs, OPTIONS, in_flight=1)
    assert len(faults) == 1 and untried == 7
    assert written(jobs) == [0] and len(model.requests) == 3


def test_a_mistake_of_ours_is_not_hidden(client, jobs, monkeypatch):
    monkeypatch.setattr(client, "synthesize_bytes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_jobs(client, jobs, OPTIONS, in_flight=2)


def test_faults_are_listed_by_file():
    faults = [
        (Path("a.png"), Unavailable("nobody")),
        (Path("b.png"), LayoutError("b.png is no PNG.")),
        *((Path(f"{n}.png"), ValueError("bad")) for n in range(30)),
    ]
    lines = describe_faults(faults, untried=5).splitlines()
    assert lines[:3] == [
        "error: 32 layouts failed.",
        "  a.png: nobody",
        "  b.png is no PNG.",
    ]
    assert lines[-2] == "  ... and 12 more."
    assert lines[-1].startswith("5 more were not tried")


def test_the_signature_follows_from_what_is_asked_for():
    assert OPTIONS.signature() == "synthesize_png"
    variants = OPTIONS._replace(seeds=(1, 2))
    assert variants.signature() == "synthesize_variants"
    styled = OPTIONS._replace(style=b"png")
    assert styled.signature() == "synthesize_with_style"
