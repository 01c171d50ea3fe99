import numpy as np
import pytest
import tensorflow as tf

from tests.serving.server.asking import layout_request
from tests.serving.server.saved_models import write_warm_up
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


def test_a_truncated_file_is_told(model):
    write_warm_up(model.directory, [("", layout_request())])
    path = model.warm_up_file()
    with tf.io.gfile.GFile(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(data[:-3])
    with pytest.raises(ValueError, match="Warm-up record 0"):
        warm_up(model)
