import pytest
import tensorflow as tf

from tf_semsynth.training.strategy import (
    check_batch_size,
    describe,
    distribute,
    is_chief,
    make_strategy,
)


def test_without_gpu_auto_is_one_device():
    strategy = make_strategy("auto")
    assert strategy.num_replicas_in_sync == 1
    assert describe(strategy) == "1 device (CPU)"
    assert is_chief(strategy)


def test_mirrored_takes_all_logical_cpu_devices():
    strategy = make_strategy("mirrored")
    assert strategy.num_replicas_in_sync == 2
    assert describe(strategy) == "2 replicas (this machine: CPU:0, CPU:1)"
    assert is_chief(strategy)


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="auto, mirrored, multi_worker"):
        make_strategy("horovod")


@pytest.mark.parametrize("text", [None, "", "{}", '{"cluster": 1, "task": 2}'])
def test_multi_worker_needs_tf_config(monkeypatch, text):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if text is not None:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match="TF_CONFIG.*Received"):
        make_strategy("multi_worker")


def test_a_batch_is_shared_by_element():
    strategy = make_strategy("mirrored")
    dataset = tf.data.Dataset.range(8).batch(4, drop_remainder=True)
    shares = [
        [
            share.numpy().tolist()
            for share in strategy.experimental_local_results(batch)
        ]
        for batch in distribute(dataset, strategy)
    ]
    assert shares == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]


def test_one_device_gets_whole_batches():
    dataset = tf.data.Dataset.range(4).batch(2, drop_remainder=True)
    batches = [x.numpy().tolist() for x in distribute(dataset, make_strategy())]
    assert batches == [[0, 1], [2, 3]]


def test_a_batch_that_cannot_be_shared_is_refused():
    strategy = make_strategy("mirrored")
    check_batch_size(4, strategy)
    with pytest.raises(ValueError, match="--batch_size=2"):
        check_batch_size(3, strategy)
    with pytest.raises(ValueError, match="multiple of 2"):
        check_batch_size(0, strategy)
