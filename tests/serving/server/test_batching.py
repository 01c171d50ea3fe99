import threading
import time

import numpy as np
import pytest

from tf_semsynth_serving.server.batching import Batcher
from tf_semsynth_serving.server.status import RequestError


class Doubler:
    """Doubles `x`; refuses negative values; can be held before it runs."""

    def __init__(self):
        self.batches = []
        self.started = threading.Semaphore(0)
        self.may_run = threading.Event()
        self.may_run.set()

    def __call__(self, inputs):
        self.started.release()
        self.may_run.wait(10)
        x = inputs["x"]
        self.batches.append(x.tolist())
        if (x < 0).any():
            raise RequestError("INVALID_ARGUMENT", f"{x.min()} is negative")
        return {"y": 2 * x}


@pytest.fixture
def doubler():
    return Doubler()


@pytest.fixture
def make(doubler):
    made = []

    def make(**options):
        defaults = {"max_batch_size": 4, "batch_timeout": 0, "max_queue": 8}
        made.append(Batcher(doubler, **{**defaults, **options}))
        return made[-1]

    yield make
    doubler.may_run.set()
    for batcher in made:
        batcher.close()


def rows(*values):
    return {"x": np.array(values)}


def answer(future):
    return future.result(10)["y"].tolist()


def hold(doubler, batcher, *values):
    """Lets a first request run until `may_run` is set."""
    doubler.may_run.clear()
    future = batcher.submit(rows(*(values or (0,))))
    assert doubler.started.acquire(timeout=10)
    return future


def test_everybody_gets_his_own_rows(make, doubler):
    batcher = make()
    first = hold(doubler, batcher)
    futures = [batcher.submit(rows(1)), batcher.submit(rows(2, 3))]
    doubler.may_run.set()
    assert answer(first) == [0]
    assert [answer(future) for future in futures] == [[2], [4, 6]]
    assert doubler.batches == [[0], [1, 2, 3]]


def test_a_batch_has_at_most_its_size_and_keeps_the_order(make, doubler):
    batcher = make()
    hold(doubler, batcher)
    sizes = (3, 2, 2, 1)
    futures = [batcher.submit(rows(*[k] * n)) for k, n in enumerate(sizes)]
    doubler.may_run.set()
    assert [len(answer(future)) for future in futures] == list(sizes)
    assert doubler.batches == [[0], [0, 0, 0], [1, 1, 2, 2], [3]]


def test_only_equal_shapes_share_a_batch(make, doubler):
    batcher = make()
    hold(doubler, batcher)
    flat = [batcher.submit(rows(k)) for k in (1, 2)]
    wide = batcher.submit({"x": np.ones((1, 2))})
    flat.append(batcher.submit(rows(3)))
    doubler.may_run.set()
    assert [answer(future) for future in flat] == [[2], [4], [6]]
    assert answer(wide) == [[2, 2]]
    assert doubler.batches == [[0], [1, 2, 3], [[1, 1]]]


def test_inputs_with_unequal_rows_are_run_alone(make, doubler):
    batcher = make()
    hold(doubler, batcher)
    odd = {"x": np.array([1]), "other": np.array([1, 2])}
    futures = [batcher.submit(odd), batcher.submit(odd)]
    doubler.may_run.set()
    assert [answer(future) for future in futures] == [[2], [2]]
    assert doubler.batches == [[0], [1], [1]]


def test_a_mistake_in_a_batch_is_its_senders_alone(make, doubler):
    batcher = make()
    hold(doubler, batcher)
    futures = [batcher.submit(rows(value)) for value in (1, -5, 3)]
    doubler.may_run.set()
    assert answer(futures[0]) == [2] and answer(futures[2]) == [6]
    with pytest.raises(RequestError, match="-5 is negative"):
        answer(futures[1])
    assert doubler.batches == [[0], [1, -5, 3], [1], [-5], [3]]


def test_outputs_without_rows_are_computed_for_each_request():
    runs = []

    def total(inputs):
        runs.append(len(inputs["x"]))
        return {"y": inputs["x"].sum()}

    batcher = Batcher(total, 4, 0.2, 8)
    futures = [batcher.submit(rows(1, 2)), batcher.submit(rows(3))]
    assert [future.result(10)["y"] for future in futures] == [3, 3]
    assert runs == [3, 2, 1]
    large = batcher.submit(rows(1, 2, 3, 4, 5))
    assert large.result(10)["y"] == 15
    batcher.close()


def test_a_request_waits_for_others_up_to_the_timeout(make, doubler):
    batcher = make(batch_timeout=0.5)
    start = time.monotonic()
    futures = [batcher.submit(rows(1)), batcher.submit(rows(2))]
    assert [answer(future) for future in futures] == [[2], [4]]
    assert doubler.batches == [[1, 2]]
    assert 0.5 <= time.monotonic() - start < 5


def test_a_full_batch_does_not_wait(make, doubler):
    batcher = make(batch_timeout=60)
    futures = [batcher.submit(rows(1, 2)), batcher.submit(rows(3, 4))]
    assert [answer(future) for future in futures] == [[2, 4], [6, 8]]


def test_a_large_request_is_run_in_parts(make, doubler):
    batcher = make(max_batch_size=2)
    assert answer(batcher.submit(rows(1, 2, 3, 4, 5))) == [2, 4, 6, 8, 10]
    assert doubler.batches == [[1, 2], [3, 4], [5]]


def test_a_mistake_in_a_part_names_its_rows(make):
    batcher = make(max_batch_size=2)
    with pytest.raises(RequestError, match="rows 2 to 3, counted from 2: -7"):
        answer(batcher.submit(rows(1, 2, 3, -7, 5)))


def test_a_full_queue_refuses(make, doubler):
    batcher = make(max_queue=2)
    hold(doubler, batcher)
    futures = [batcher.submit(rows(k)) for k in (1, 2)]
    assert batcher.queue_length() == 2
    with pytest.raises(RequestError, match="2 requests wait") as refusal:
        batcher.submit(rows(3))
    assert refusal.value.code == "RESOURCE_EXHAUSTED"
    doubler.may_run.set()
    assert [answer(future) for future in futures] == [[2], [4]]


def test_cancelled_requests_are_not_run_and_leave_their_place(make, doubler):
    batcher = make(max_queue=2)
    hold(doubler, batcher)
    futures = [batcher.submit(rows(k)) for k in (1, 2)]
    assert futures[0].cancel()
    futures.append(batcher.submit(rows(3)))
    doubler.may_run.set()
    assert [answer(future) for future in futures[1:]] == [[4], [6]]
    assert doubler.batches == [[0], [2, 3]]


def test_requests_past_their_deadline_are_not_run(make, doubler):
    batcher = make()
    hold(doubler, batcher)
    late = batcher.submit(rows(1), time.monotonic() + 0.01)
    good = batcher.submit(rows(2), time.monotonic() + 60)
    time.sleep(0.02)
    doubler.may_run.set()
    with pytest.raises(RequestError) as refusal:
        answer(late)
    assert refusal.value.code == "DEADLINE_EXCEEDED"
    assert answer(good) == [4]
    assert doubler.batches == [[0], [2]]


def test_a_fault_of_the_server_ends_its_requests_not_the_worker():
    def fail(inputs):
        if len(inputs["x"]) == 1:
            return {"y": inputs["x"]}
        raise KeyError("a bug")

    batcher = Batcher(fail, 4, 0, 8)
    with pytest.raises(RequestError, match="a bug") as refusal:
        batcher.submit(rows(1, 2)).result(10)
    assert refusal.value.code == "INTERNAL"
    assert answer(batcher.submit(rows(3))) == [3]
    batcher.close()


def test_closing_answers_what_waits_and_refuses_the_rest(make, doubler):
    batcher = make()
    hold(doubler, batcher)
    waiting = batcher.submit(rows(1))
    closer = threading.Thread(target=batcher.close)
    closer.start()
    while True:
        try:
            batcher.submit(rows(2), deadline=0)
        except RequestError as error:
            assert error.code == "UNAVAILABLE"
            break
    doubler.may_run.set()
    closer.join(10)
    assert answer(waiting) == [2]


def test_many_threads_get_their_own_answers(make):
    batcher = make(max_queue=64, batch_timeout=0.001)
    wrong = []

    def work(start):
        for value in range(start, start + 50):
            if answer(batcher.submit(rows(value))) != [2 * value]:
                wrong.append(value)

    threads = [
        threading.Thread(target=work, args=(1000 * k,)) for k in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong


def test_each_run_is_told(make):
    runs = []
    batcher = make(on_batch=lambda rows, seconds: runs.append((rows, seconds)))
    answer(batcher.submit(rows(1, 2, 3)))
    ((count, seconds),) = runs
    assert count == 3 and 0 <= seconds < 5
