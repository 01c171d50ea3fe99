import pathlib

import numpy as np
import pytest

from tests.serving.server.asking import layout_request
from tests.serving.server.saved_models import write_warm_up
from tf_semsynth_serving.server import Options, serve
from tf_semsynth_serving.server.model import Model
from tf_semsynth_serving.server.warm_up import warm_up


@pytest.fixture
def model(model_dir):
    model = Model(str(model_dir / "1"))
    yield model
    model.close()


def test_every_record_is_run(model, monkeypatch):
    records = [
        ("", layout_request(rows=2)),
        ("describe", {"version": np.array([1], "int32")}),
    ]
    write_warm_up(model.directory, records)
    run, names = model.run, []
    monkeypatch.setattr(
        model,
        "run",
        lambda name, inputs: names.append(name) or run(name, inputs),
    )
    assert warm_up(model) == 2
    assert names == ["serving_default", "describe"]


def test_a_model_without_records_needs_none(model):
    assert warm_up(model) == 0


def test_a_record_that_fails_is_named(model):
    bad = layout_request()
    bad["class_ids"] += 90
    write_warm_up(model.directory, [("", layout_request()), ("", bad)])
    with pytest.raises(ValueError, match="Warm-up record 1 .*out of range"):
        warm_up(model)


def test_a_file_truncated_anywhere_is_told(model):
    describe = ("describe", {"version": np.array([1], "int32")})
    write_warm_up(model.directory, [describe])
    path = model.warm_up_file()
    data = pathlib.Path(path).read_bytes()
    for size in range(len(data)):
        pathlib.Path(path).write_bytes(data[:size])
        with pytest.raises(ValueError, match="Warm-up record 0"):
            warm_up(model)
    pathlib.Path(path).write_bytes(data)
    assert warm_up(model) == 1


def test_a_file_truncated_in_its_second_record_is_told(model):
    describe = ("describe", {"version": np.array([1], "int32")})
    write_warm_up(model.directory, [describe, describe])
    path = pathlib.Path(model.warm_up_file())
    data = path.read_bytes()
    for size in range(len(data) // 2 + 1, len(data)):
        path.write_bytes(data[:size])
        with pytest.raises(ValueError, match="Warm-up record 1"):
            warm_up(model)


@pytest.mark.parametrize("kept", [0, 5, -1])
def test_a_server_does_not_start_with_a_truncated_file(model_dir, kept):
    write_warm_up(model_dir / "1", [("", layout_request())])
    path = model_dir / "1/assets.extra/tf_serving_warmup_requests"
    path.write_bytes(path.read_bytes()[:kept])
    options = Options(model_dir=str(model_dir), grpc_port=0, rest_port=0)
    with pytest.raises(ValueError, match="Warm-up record 0"):
        serve(options)
