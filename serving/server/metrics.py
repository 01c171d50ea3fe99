"""What Prometheus can ask for."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5)
_SECONDS += (1, 2.5, 5, 10, 30, 60)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Counters and histograms of one server, in a registry of its own.

    | metric | labels |
    | --- | --- |
    | `serving_requests_total` | api, method, code |
    | `serving_request_seconds` | api, method |
    | `serving_batch_rows`, `serving_model_seconds` | signature |
    | `serving_queue_requests` | - |
    | `serving_version_available` | version |

    No label has words of a client in it.
    """

    def __init__(self):
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "serving_requests",
            "Requests by how they ended.",
            ("api", "method", "code"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "serving_request_seconds",
            "Time from a request's arrival to its answer.",
            ("api", "method"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._batch_rows = Histogram(
            "serving_batch_rows",
            "Rows (pictures) of each run of the model.",
            ("signature",),
            buckets=_ROWS,
            registry=self._registry,
        )
        self._model_seconds = Histogram(
            "serving_model_seconds",
            "Time of each run of the model.",
            ("signature",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._queue = Gauge(
            "serving_queue_requests",
            "Requests that wait for the model.",
            registry=self._registry,
        )
        self._available = Gauge(
            "serving_version_available",
            "1 if a version of the model is loaded.",
            ("version",),
            registry=self._registry,
        )
        self._versions = None

    def watch(self, versions):
        """Also tells of a model's versions and queues from now on."""
        self._queue.set_function(versions.queue_length)
        self._versions = versions

    def request_done(self, api, method, code, seconds):
        """Counts a request.

        Args:
            api: str, "grpc" or "rest".
            method: str, such as "Predict".
            code: str, the status code's name.
            seconds: float.
        """
        self._requests.labels(api, method, code).inc()
        self._request_seconds.labels(api, method).observe(seconds)

    def batch_done(self, signature, rows, seconds):
        """Counts a run of the model."""
        self._batch_rows.labels(signature).observe(rows)
        self._model_seconds.labels(signature).observe(seconds)

    def page(self):
        """bytes, what a scrape gets."""
        if self._versions is not None:
            for version, status in self._versions.statuses().items():
                available = status.state == "AVAILABLE"
                self._available.labels(str(version)).set(available)
        return generate_latest(self._registry)
