"""Runs requests together that can be, one batch at a time.

Requests wait in a bounded queue. A worker takes the oldest one and those that
fit to it: all rows of the inputs must have the same shapes. Rows are
independent of each other, so that everybody gets the answer that he would have
got alone; when a batch fails, each of its requests is run again by itself, and
only those fail that must.
"""

import collections
import dataclasses
import logging
import threading
import time
from concurrent.futures import Future

import numpy as np

from tf_semsynth_serving.server.status import RequestError

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(eq=False)
class _Request:
    inputs: dict
    rows: int
    key: object  # Requests with equal keys can be merged; None: alone.
    deadline: float  # As `time.monotonic` tells it.
    arrival: float
    future: Future = dataclasses.field(default_factory=Future)

    def is_wanted(self):
        """Whether somebody waits; an expired request is answered here."""
        if self.future.cancelled():
            return False
        if time.monotonic() < self.deadline:
            return True
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(_too_late())
        return False


class Batcher:
    """Queue and worker of one signature.

    Args:
        run: Function from a dictionary of arrays to a dictionary of arrays;
            raises `RequestError`.
        max_batch_size: int, most rows of a batch. Larger requests are run in
            parts.
        batch_timeout: float, seconds that a request waits for others.
        max_queue: int, most requests that wait.
        name: str, of the thread.
        on_batch: Function called with the rows and seconds of each run.
    """

    def __init__(
        self,
        run,
        max_batch_size,
        batch_timeout,
        max_queue,
        name="batcher",
        on_batch=lambda rows, seconds: None,
    ):
        self._run = run
        self._max_batch_size = max_batch_size
        self._batch_timeout = batch_timeout
        self._max_queue = max_queue
        self._on_batch = on_batch
        self._queue = collections.deque()
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name=name)
        self._thread.daemon = True
        self._thread.start()

    def submit(self, inputs, deadline=float("inf")):
        """Queues a request.

        Args:
            inputs: dict of arrays, rows on axis 0.
            deadline: float, when nobody will want the answer any more, as
                `time.monotonic` tells it.

        Returns:
            `concurrent.futures.Future` of the dictionary of outputs, or of a
            `RequestError`. It can be cancelled while it waits.

        Raises:
            RequestError: The queue is full or closed.
        """
        rows, key = _rows_and_key(inputs)
        request = _Request(inputs, rows, key, deadline, time.monotonic())
        with self._changed:
            if self._stopped:
                raise RequestError("UNAVAILABLE", "The server is stopping.")
            if len(self._queue) >= self._max_queue:
                self._drop_unwanted()
            if len(self._queue) >= self._max_queue:
                raise RequestError(
                    "RESOURCE_EXHAUSTED",
                    f"The queue is full: {len(self._queue)} requests wait, "
                    f"at most {self._max_queue} may (--max_queue). Try again "
                    "later, or send fewer requests at once.",
                )
            self._queue.append(request)
            self._changed.notify()
        return request.future

    def queue_length(self):
        """int, how many requests wait."""
        return len(self._queue)

    def close(self):
        """Ends the worker when it has answered what waits."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _work(self):
        while batch := self._take():
            try:
                self._answer(batch)
            except Exception as error:  # The worker must go on.
                LOG.exception("A batch failed")
                failed = RequestError("INTERNAL", f"The server failed: {error}")
                for request in batch:
                    if not request.future.done():
                        request.future.set_exception(failed)
            # Inputs and outputs must not stay while the next batch is awaited.
            del batch

    def _take(self):
        """The requests of the next batch; none when the batcher is closed."""
        free_since = time.monotonic()
        with self._changed:
            while True:
                self._drop_unwanted()
                if not self._queue:
                    if self._stopped:
                        return []
                    self._changed.wait()
                    continue
                oldest = self._queue[0]
                start = max(oldest.arrival, free_since) + self._batch_timeout
                left = start - time.monotonic()
                batch = self._matching(oldest)
                rows = sum(request.rows for request in batch)
                full = oldest.key is None or rows >= self._max_batch_size
                if full or left <= 0 or self._stopped:
                    break
                self._changed.wait(left)
            chosen = set(map(id, batch))
            kept = [r for r in self._queue if id(r) not in chosen]
            self._queue = collections.deque(kept)
        return batch

    def _matching(self, oldest):
        """The oldest request and those after it that share its batch."""
        batch, rows = [oldest], oldest.rows
        if oldest.key is None:
            return batch
        for request in list(self._queue)[1:]:
            if request.key == oldest.key:
                rows += request.rows
                if rows > self._max_batch_size:
                    break
                batch.append(request)
        return batch

    def _drop_unwanted(self):
        self._queue = collections.deque(
            request for request in self._queue if request.is_wanted()
        )

    def _answer(self, batch):
        batch = [r for r in batch if r.future.set_running_or_notify_cancel()]
        if len(batch) > 1:
            outputs = self._run_merged(batch)
            if outputs is not None:
                for request, output in zip(batch, outputs, strict=True):
                    request.future.set_result(output)
                return
        for request in batch:
            try:
                request.future.set_result(self._run_alone(request))
            except RequestError as error:
                request.future.set_exception(error)

    def _run_merged(self, batch):
        """The outputs of each request, or None if they must be run alone."""
        names = batch[0].inputs
        merged = {
            name: np.concatenate([request.inputs[name] for request in batch])
            for name in names
        }
        rows = sum(request.rows for request in batch)
        try:
            outputs = self._timed(merged, rows)
        except RequestError as error:
            LOG.debug("A batch of %d requests failed: %s", len(batch), error)
            return None
        if not _has_rows(outputs, rows):
            return None
        ends = np.cumsum([request.rows for request in batch])
        return [
            {
                name: value[end - request.rows : end]
                for name, value in outputs.items()
            }
            for request, end in zip(batch, ends, strict=True)
        ]

    def _run_alone(self, request):
        if time.monotonic() >= request.deadline:
            raise _too_late()
        if request.key is None or request.rows <= self._max_batch_size:
            return self._timed(request.inputs, request.rows)
        return self._run_in_parts(request)

    def _run_in_parts(self, request):
        parts = []
        for start in range(0, request.rows, self._max_batch_size):
            if time.monotonic() >= request.deadline:
                raise _too_late()
            stop = min(start + self._max_batch_size, request.rows)
            inputs = {k: v[start:stop] for k, v in request.inputs.items()}
            try:
                outputs = self._timed(inputs, stop - start)
            except RequestError as error:
                raise RequestError(
                    error.code,
                    f"In rows {start} to {stop - 1}, counted from {start}: "
                    f"{error.message}",
                ) from error
            if not _has_rows(outputs, stop - start):
                # The model's outputs are no rows, so neither are its inputs.
                return self._timed(request.inputs, request.rows)
            parts.append(outputs)
        return {
            name: np.concatenate([part[name] for part in parts])
            for name in parts[0]
        }

    def _timed(self, inputs, rows):
        start = time.monotonic()
        outputs = self._run(inputs)
        self._on_batch(rows, time.monotonic() - start)
        return outputs


def _rows_and_key(inputs):
    counts = {
        value.shape[0] if value.ndim else None for value in inputs.values()
    }
    if len(counts) != 1 or counts & {None, 0}:
        return 1, None  # Nothing to merge; the model will say what is wrong.
    key = tuple((name, inputs[name].shape[1:]) for name in sorted(inputs))
    return counts.pop(), key


def _has_rows(outputs, rows):
    return all(v.ndim and len(v) == rows for v in outputs.values())


def _too_late():
    return RequestError(
        "DEADLINE_EXCEEDED",
        "The request waited in the queue until its deadline had passed. The "
        "server is busy: allow more time, or send fewer requests at once.",
    )
