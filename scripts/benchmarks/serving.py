"""Times the local server beside the bare model, in one run.

python scripts/benchmarks/serving.py --model_dir=exports/cc_fpse

Bare is the exported signature, called by TensorFlow alone. Both take turns, so
that what slows the machine down slows both. First the overhead at one client,
then the throughput against the model's best batch size, then latencies at
several numbers of clients, with and without batching.
"""

import collections
import contextlib
import dataclasses
import io
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time

import numpy as np
from PIL import Image

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import check_config, option

PREDICT = "/tensorflow.serving.PredictionService/Predict"
BUSY_CLIENTS = 16
SQUARE = 8  # Pixels; layouts are made of squares of one class.


@dataclasses.dataclass(frozen=True)
class ServingSettings:
    """What is served, and how long it is measured."""

    model_dir: str | None = option(
        None, "Folder that holds the versions of an exported model."
    )
    signature: str = option(
        "synthesize_png",
        "Signature that is asked for one picture.",
        choices=("synthesize_png", "serving_default"),
    )
    seconds: float = option(5.0, "Seconds of each measurement.", minimum=0.01)
    rounds: int = option(5, "Turns of bare model and server.", minimum=1)
    clients: str = option("1,4,16,64", "Numbers of concurrent clients.")
    batch_sizes: str = option(
        "1,2,4,8,16", "Batch sizes that the bare model is tried with."
    )
    max_batch_size: int = option(
        8, "Most rows that the server runs together.", minimum=1
    )

    def __post_init__(self):
        check_config(self)
        self.numbers("clients")
        self.numbers("batch_sizes")

    def numbers(self, name):
        """The values of a field that holds several."""
        parts = getattr(self, name).split(",")
        if not all(part.isdigit() and int(part) for part in parts):
            raise ValueError(
                f"--{name} must be whole numbers from 1 on, separated by "
                f"commas. Received: {getattr(self, name)!r}."
            )
        return [int(part) for part in parts]


def define_flags():
    option_flags.define_option_flags(ServingSettings)


def main():
    settings = option_flags.options_from_flags(ServingSettings)
    if settings.model_dir is None:
        raise command.UsageError(
            "--model_dir is missing: the folder of an export's versions."
        )
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} cores; load before: {load}", flush=True)
    bare = BareModel(settings)
    batching = settings.max_batch_size
    with running_server(settings, batching, bare.request) as server:
        report_overhead(settings, bare, server)
        report_throughput(settings, bare, server)
        report_load(settings, server, f"With batching, up to {batching}")
    with running_server(settings, 1, bare.request) as server:
        report_load(settings, server, "Without batching")


def report_overhead(settings, bare, server):
    """Prints the medians at one client, and that of their differences."""
    alone, served = [], []
    for _ in range(settings.rounds):
        alone.append(bare.median_latency(settings.seconds))
        latencies = server.ask(1, settings.seconds).latencies
        served.append(statistics.median(latencies))
    overhead = statistics.median(
        ours - theirs for ours, theirs in zip(served, alone, strict=True)
    )
    base = statistics.median(alone)
    print(
        f"\nOne client, medians: bare model {milliseconds(base)}, server "
        f"{milliseconds(statistics.median(served))}; overhead "
        f"{milliseconds(overhead)}, {100 * overhead / base:.1f} %",
        flush=True,
    )


def report_throughput(settings, bare, server):
    """Prints the server's share of the bare model's best throughput."""
    sizes = settings.numbers("batch_sizes")
    rates = {size: bare.rate(size, settings.seconds) for size in sizes}
    print("\nBare model, pictures a second by batch size:")
    print("  ".join(f"{size}: {rate:.2f}" for size, rate in rates.items()))
    best = max(rates, key=rates.get)
    ratios = []
    for _ in range(settings.rounds):
        alone = bare.rate(best, settings.seconds)
        ratios.append(server.ask(BUSY_CLIENTS, settings.seconds).rate / alone)
    print(
        f"Server, {BUSY_CLIENTS} clients, against batches of {best}: "
        f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to "
        f"{max(ratios):.3f})",
        flush=True,
    )


def report_load(settings, server, title):
    """Prints a line for each number of clients."""
    print(f"\n{title}")
    print("clients  pictures/s        p50        p95        p99  refused")
    for count in settings.numbers("clients"):
        load = server.ask(count, settings.seconds)
        percentiles = np.percentile(load.latencies, [50, 95, 99])
        times = " ".join(f"{milliseconds(p):>10}" for p in percentiles)
        print(
            f"{count:7d} {load.rate:11.2f} {times}  {load.refused}", flush=True
        )


def milliseconds(seconds):
    return f"{1000 * seconds:.1f} ms"


class BareModel:
    """The signature, called by TensorFlow alone.

    Attributes:
        request: bytes, the same question for a server.
    """

    def __init__(self, settings):
        import tensorflow as tf

        self._tf = tf
        names = filter(str.isdigit, os.listdir(settings.model_dir))
        latest = max(names, key=int, default=None)
        if latest is None:
            raise OSError(f"{settings.model_dir} holds no version of a model.")
        self._model = tf.saved_model.load(
            os.path.join(settings.model_dir, latest)
        )
        self._function = self._model.signatures[settings.signature]
        self._row = self._make_row(settings.signature)
        self.request = self._make_request(settings)
        for size in {1, *settings.numbers("batch_sizes")}:
            for _ in range(2):
                self._run(size)

    def median_latency(self, seconds):
        """Seconds that a call for one picture takes, the median of several."""
        found, end = [], time.perf_counter() + seconds
        while not found or time.perf_counter() < end:
            start = time.perf_counter()
            self._run(1)
            found.append(time.perf_counter() - start)
        return statistics.median(found)

    def rate(self, size, seconds):
        """Pictures a second in batches of `size`."""
        count, start = 0, time.perf_counter()
        while not count or time.perf_counter() - start < seconds:
            self._run(size)
            count += size
        return count / (time.perf_counter() - start)

    def _run(self, size):
        inputs = {
            name: self._tf.constant(np.repeat(row, size, axis=0))
            for name, row in self._row.items()
        }
        return {k: v.numpy() for k, v in self._function(**inputs).items()}

    def _make_row(self, signature):
        version = self._tf.constant([1], self._tf.int32)
        answer = self._model.signatures["describe"](version=version)
        classes = json.loads(answer["classes_json"].numpy()[0])
        height, width = classes["image_height"], classes["image_width"]
        rng = np.random.default_rng(0)
        shape = -(-height // SQUARE), -(-width // SQUARE)
        ids = rng.integers(classes["num_classes"], size=shape, dtype="uint8")
        ids = ids.repeat(SQUARE, 0).repeat(SQUARE, 1)[:height, :width]
        seed = np.array([7])
        if signature == "serving_default":
            return {"class_ids": ids[None].astype("int32"), "seed": seed}
        file = io.BytesIO()
        Image.fromarray(ids).save(file, "PNG")
        return {"layout_png": np.array([file.getvalue()]), "seed": seed}

    def _make_request(self, settings):
        from tensorflow_serving.apis import predict_pb2

        request = predict_pb2.PredictRequest()
        name = os.path.basename(os.path.abspath(settings.model_dir))
        request.model_spec.name = name
        request.model_spec.signature_name = settings.signature
        for key, value in self._row.items():
            request.inputs[key].CopyFrom(self._tf.make_tensor_proto(value))
        return request.SerializeToString()


@contextlib.contextmanager
def running_server(settings, max_batch_size, request):
    """Context of a `Server` in a process of its own."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tf_semsynth_serving.server"),
            f"--model_dir={settings.model_dir}",
            *("--grpc_port=0", "--rest_port=0"),
            f"--max_batch_size={max_batch_size}",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = iter(process.stdout.readline, "")
        address = next(filter(None, map(_find_address, lines)), None)
        if address is None:
            raise OSError("The server did not start.")
        yield Server(address, request)
    finally:
        process.terminate()
        process.communicate()


def _find_address(line):
    found = re.match(r"gRPC\s+(\S+)", line)
    return found and found[1]


@dataclasses.dataclass
class Load:
    """What clients have seen.

    Attributes:
        latencies: list of floats, seconds, of the requests answered.
        errors: Counter, code -> how often.
        seconds: float.
    """

    latencies: list
    errors: collections.Counter
    seconds: float

    @property
    def rate(self):
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def refused(self):
        """str, the errors by code."""
        parts = [f"{count} {code}" for code, count in self.errors.items()]
        return ", ".join(parts) or "0"


class Server:
    """Clients of a server; they send the same bytes again and again.

    Args:
        address: str, of gRPC.
        request: bytes.
    """

    def __init__(self, address, request):
        import grpc

        self._errors = grpc.RpcError
        self._request = request
        # Bytes in and out: what clients do with them is not measured.
        options = [("grpc.max_receive_message_length", -1)]
        self._call = grpc.insecure_channel(address, options).unary_unary(
            PREDICT
        )
        for _ in range(2):
            self._call(request)

    def ask(self, count, seconds):
        """`count` clients ask for `seconds`, each again when it is answered.

        Returns:
            `Load`.
        """
        load = Load([], collections.Counter(), 0.0)
        start = time.perf_counter()
        end = start + seconds
        threads = [
            threading.Thread(target=self._ask_until, args=(end, load))
            for _ in range(count)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # Until the last answer, which all clients may have waited for.
        load.seconds = time.perf_counter() - start
        return load

    def _ask_until(self, end, load):
        while True:
            start = time.perf_counter()
            try:
                self._call(self._request)
                load.latencies.append(time.perf_counter() - start)
            except self._errors as error:
                load.errors[error.code().name] += 1
            if time.perf_counter() > end:
                return


if __name__ == "__main__":
    command.run(main, define_flags)
