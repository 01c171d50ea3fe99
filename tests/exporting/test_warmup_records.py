"""Warm-up records: readable by the official protos, and they run."""

import sys
from pathlib import Path

import pytest
import tensorflow as tf

from tf_semsynth.exporting.warmup_records import (
    check_serving_api,
    write_warmup,
)

pytest.importorskip("tensorflow_serving")


def read_logs(directory):
    from tensorflow_serving.apis import prediction_log_pb2

    path = Path(directory, "assets.extra", "tf_serving_warmup_requests")
    for record in tf.data.TFRecordDataset(str(path)):
        yield prediction_log_pb2.PredictionLog.FromString(record.numpy())


def test_every_signature_runs_with_its_records(cc_fpse, spade):
    for exported in (cc_fpse, spade):
        covered = set()
        for log in read_logs(exported.directory):
            request = log.predict_log.request
            name = request.model_spec.signature_name
            inputs = {
                key: tf.constant(tf.make_ndarray(proto))
                for key, proto in request.inputs.items()
            }
            outputs = exported.signatures[name](**inputs)
            (rows,) = {value.shape[0] for value in outputs.values()}
            covered.add((name, rows))
        assert covered == {(n, b) for n in exported.signatures for b in (1, 3)}
        assert exported.record["warmup"]["records"] == len(covered)


@pytest.mark.parametrize("batch_sizes", [[], [0], range(1, 2000)])
def test_impossible_batch_sizes_are_refused(tmp_path, batch_sizes):
    with pytest.raises(ValueError, match="batch sizes"):
        write_warmup(str(tmp_path), ("describe",), None, batch_sizes)


def test_missing_protos_are_named_with_the_way_round(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_serving", None)
    monkeypatch.setitem(sys.modules, "tensorflow_serving.apis", None)
    with pytest.raises(ImportError, match="--nowarmup"):
        check_serving_api()
