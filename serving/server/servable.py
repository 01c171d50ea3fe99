"""One version of a model, ready to answer."""

import contextlib
import threading

from tf_semsynth_serving.server.batching import Batcher
from tf_semsynth_serving.server.model import Model
from tf_semsynth_serving.server.request_checks import PREDICT_METHOD
from tf_semsynth_serving.server.warm_up import warm_up


class Servable:
    """A loaded model with a queue and a worker for each signature.

    Signatures have workers of their own, so that a quick one, such as
    `describe`, does not wait for the slow ones.

    Args:
        version: int.
        directory: str, the version's folder.
        options: `Options`.
        metrics: `Metrics`.

    Raises:
        Exception: It cannot be loaded, or one of its own warm-up records
            fails.
    """

    def __init__(self, version, directory, options, metrics):
        self.version = version
        self.model = Model(directory)
        try:
            self.num_warm_up_records = warm_up(self.model)
        except BaseException:
            self.model.close()
            raise
        self._users = 0
        self._idle = threading.Condition()
        self._batchers = {
            name: self._make_batcher(name, options, metrics)
            for name, signature in self.model.signatures.items()
            if signature.method_name == PREDICT_METHOD
        }

    def submit(self, signature_name, inputs, deadline):
        """Queues a request; see `Batcher.submit`."""
        return self._batchers[signature_name].submit(inputs, deadline)

    def queue_length(self):
        """int, how many requests wait, over all signatures."""
        return sum(b.queue_length() for b in self._batchers.values())

    def acquire(self):
        """Keeps the servable in memory until `release`."""
        with self._idle:
            self._users += 1

    def release(self):
        with self._idle:
            self._users -= 1
            if not self._users:
                self._idle.notify_all()

    @contextlib.contextmanager
    def in_use(self):
        """Context that ends what `acquire` began."""
        try:
            yield self
        finally:
            self.release()

    def unload(self):
        """Waits for the requests that use it, then frees the memory.

        Nobody may acquire it any more.
        """
        with self._idle:
            self._idle.wait_for(lambda: not self._users)
        for batcher in self._batchers.values():
            batcher.close()
        self.model.close()

    def _make_batcher(self, name, options, metrics):
        def run(inputs):
            return self.model.run(name, inputs)

        def on_batch(rows, seconds):
            metrics.batch_done(name, rows, seconds)

        return Batcher(
            run,
            options.max_batch_size,
            options.batch_timeout / 1e6,
            options.max_queue,
            f"{name}, version {self.version}",
            on_batch,
        )
