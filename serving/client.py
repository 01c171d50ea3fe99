"""A client of a served model: layouts in, pictures out.

    client = Client("localhost:8500")            # gRPC
    client = Client("http://localhost:8501")     # REST: numpy and pillow alone
    client.synthesize("city.png", seed=7).save("city.jpg")

As a command:

    python -m tf_semsynth_serving.client --server=localhost:8500 \\
        --layout=city.png --seed=7 --output=city.jpg
"""

import copy
import dataclasses
import json
import threading
import time

import numpy as np

from tf_semsynth_serving.errors import InvalidRequest, NotFound, ServingError
from tf_semsynth_serving.layouts import LayoutReader
from tf_semsynth_serving.picture_files import open_picture
from tf_semsynth_serving.request_inputs import check_inputs
from tf_semsynth_serving.retries import Deadline, call_with_retries
from tf_semsynth_serving.style_picture import read_style
from tf_semsynth_serving.transports import make_transport

MAX_SEEDS = 8  # In one request of `variants`.
MAX_DEADLINE = 24 * 60 * 60
_FRESH_SECONDS = 5.0
_SIGNATURE_OF_LOADER = "__saved_model_init_op"


class Client:
    """Speaks with one model of one server.

    Requests go to the newest version, or to the one that `version` or `label`
    names. Which one that is, and its classes, is asked at most every five
    seconds, and each request is sent to exactly that version: so a layout is
    never converted with the colours of one version and drawn by another.

    May be used by several threads at once. Connects when it is first needed.

    Args:
        server: str, `host:port` for gRPC, or `http://host:port` (`https://`
            with TLS) for REST.
        model_name: str, what the server calls the model.
        version: int or None, a version that the server has.
        label: str or None, a label of a version, such as "stable".
        deadline: float, seconds that a request may take, retries included.
        retries: int, how often a request is tried again while the server is
            unavailable; nothing else is tried again.
        api_token: str or None, for a server that wants one. Without TLS it
            can be read by others on the network.
        tls: bool, whether gRPC is encrypted; REST says so by `https://`.
        ca_file: path of the certificate that signed the server's, where the
            system does not know it.
        label_encoding, resize: see `layouts.LayoutReader`.

    Raises:
        ValueError: An argument is impossible.
        ImportError: gRPC's packages are missing.
    """

    def __init__(
        self,
        server,
        model_name="cc_fpse",
        *,
        version=None,
        label=None,
        deadline=60.0,
        retries=5,
        api_token=None,
        tls=False,
        ca_file=None,
        label_encoding="auto",
        resize=False,
    ):
        if version is not None and label is not None:
            raise ValueError(
                "a version or a label can be asked for, not both. Received: "
                f"version={version}, label={label!r}."
            )
        if not 0 < deadline <= MAX_DEADLINE or retries < 0:
            raise ValueError(
                f"`deadline` must be more than 0 and at most {MAX_DEADLINE} "
                "seconds, and `retries` at least 0. Received: "
                f"deadline={deadline}, retries={retries}."
            )
        self.model_name = model_name
        self._version = version
        self._label = label
        self._deadline = deadline
        self._retries = retries
        self._label_encoding = label_encoding
        self._resize = resize
        self._transport = make_transport(
            server, model_name, api_token, tls, ca_file
        )
        self._lock = threading.Lock()
        self._models = {}  # Version -> `_Model`.
        self._current = None
        self._fresh_until = 0.0

    def synthesize(self, layout, seed=0):
        """Makes a picture of a layout.

        Args:
            layout: path of a PNG, the bytes of one, a `PIL.Image.Image`, an
                integer array `(H, W)` of class ids, or a uint8 array
                `(H, W, 3)` of class colours.
            seed: int, the seed of the noise.

        Returns:
            `PIL.Image.Image`, RGB.

        Raises:
            LayoutError: The layout cannot be used; nothing was sent.
            ServingError: One of `errors.py`.
        """
        return open_picture(self.synthesize_bytes(layout, seed))

    def synthesize_bytes(self, layout, seed=0):
        """As `synthesize`, but returns the bytes of a PNG."""
        answer = self._run("synthesize_png", {"seed": [seed]}, layout)
        return answer["image_png_bytes"][0]

    def variants(self, layout, seeds):
        """Makes a picture for each of several seeds, a list of pictures."""
        return [open_picture(png) for png in self.variants_bytes(layout, seeds)]

    def variants_bytes(self, layout, seeds):
        """As `variants`, but returns the bytes of PNGs.

        Every eight seeds are a request of their own, with its own deadline;
        of more than eight, the rest is asked for one by one. For where a
        TensorFlow Serving merges requests, all must have the same number of
        seeds.
        """
        seeds = list(seeds)
        size = min(len(seeds), MAX_SEEDS)
        pictures = []
        while seeds and len(seeds) >= size:
            inputs = {"seeds": [seeds[:size]]}
            answer = self._run("synthesize_variants", inputs, layout)
            pictures += list(answer["image_png_bytes"][0])
            del seeds[:size]
        return pictures + [self.synthesize_bytes(layout, s) for s in seeds]

    def with_style(self, layout, style, seed=0):
        """Makes a picture in the style of another one.

        Args:
            layout, seed: as for `synthesize`.
            style: path of a PNG or JPEG, the bytes of one, or a
                `PIL.Image.Image`. The model resizes it to its own size.

        Returns:
            `PIL.Image.Image`, RGB.
        """
        return open_picture(self.with_style_bytes(layout, style, seed))

    def with_style_bytes(self, layout, style, seed=0):
        """As `with_style`, but returns the bytes of a PNG."""
        inputs = {"style_image": [read_style(style)], "seed": [seed]}
        answer = self._run("synthesize_with_style", inputs, layout)
        return answer["image_png_bytes"][0]

    def predict(self, signature, inputs):
        """Runs any signature of the model.

        Args:
            signature: str, one of `signatures()`.
            inputs: dict, name -> array or nested lists, with a row for each
                picture; strings are bytes.

        Returns:
            dict, output -> NumPy array; bytes are in object arrays.
        """
        return self._run(signature, inputs)

    def describe(self):
        """What the model says of itself.

        Returns:
            dict: "system", "image_height", "image_width", "num_classes",
            "unknown_id", "classes", a list of {"id", "name", "colour"},
            "invented_colours", the ids whose colours only show them, since
            nobody gave any; and "version", the one that answered.
        """
        deadline = Deadline(self._deadline)
        model = self._model(deadline)
        self._read_description(model, deadline)
        return {**copy.deepcopy(model.description), "version": model.version}

    def signatures(self):
        """What the model can do.

        Returns:
            dict, name -> {"inputs", "outputs"}, each a dict from a tensor's
            name to {"dtype", "shape"}; -1 stands for a free size.
        """
        model = self._model(Deadline(self._deadline))
        return copy.deepcopy(model.signatures)

    def require_signature(self, name):
        """Checks that the model can do something before work is done.

        Raises:
            NotFound: It has no such signature; says why, where it is known.
        """
        self._model(Deadline(self._deadline)).signature(name)

    def status(self):
        """The states of the model's versions on the server.

        Returns:
            List of {"version", "state", "error_code", "error_message"}; the
            state of a version that answers is "AVAILABLE".
        """
        return self._call(
            self._transport.status,
            Deadline(self._deadline),
            self._version,
            self._label,
        )

    def close(self):
        """Closes the connections."""
        self._transport.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _run(self, name, inputs, layout=None):
        """Runs a signature, again where its version has just gone.

        Args:
            name: str, the signature's.
            inputs: dict, without the layout.
            layout: what `synthesize` takes, or None where there is none.
        """
        deadline = Deadline(self._deadline)
        while True:
            model = self._model(deadline)
            signature = model.signature(name)
            all_inputs = dict(inputs)
            if layout is not None:
                reader = self._read_description(model, deadline)
                all_inputs["layout_png"] = [reader.encode(layout)]
            try:
                return self._call(
                    self._transport.predict,
                    deadline,
                    model.version,
                    name,
                    signature,
                    check_inputs(name, signature, all_inputs),
                )
            except NotFound:
                self._forget(model)
                if self._model(deadline).version == model.version:
                    raise

    def _model(self, deadline):
        """The version that requests go to now."""
        with self._lock:
            if self._current and time.monotonic() < self._fresh_until:
                return self._current
            version, signatures = self._ask_for_version(deadline)
            signatures.pop(_SIGNATURE_OF_LOADER, None)
            self._current = self._models.setdefault(
                version, _Model(version, signatures)
            )
            self._fresh_until = time.monotonic() + _FRESH_SECONDS
            return self._current

    def _ask_for_version(self, deadline):
        try:
            return self._call(
                self._transport.metadata, deadline, self._version, self._label
            )
        except InvalidRequest as error:
            if self._label is None:
                raise
            # What servers answer for a label that they do not know.
            raise NotFound(
                f"There is no label {self._label!r} of {self.model_name}: "
                f"{error} Check --label."
            ) from error

    def _read_description(self, model, deadline):
        """Asks a version once for its classes; returns a `LayoutReader`."""
        with self._lock:
            if model.reader is None:
                answer = self._call(
                    self._transport.predict,
                    deadline,
                    model.version,
                    "describe",
                    model.signature("describe"),
                    {"version": np.ones(1, "int32")},
                )
                model.description = _parse_description(
                    answer["classes_json"][0], model.version
                )
                model.reader = LayoutReader(
                    model.description, self._label_encoding, self._resize
                )
            return model.reader

    def _forget(self, model):
        with self._lock:
            if self._current is model:
                self._current = None

    def _call(self, method, deadline, *arguments):
        return call_with_retries(
            lambda seconds: method(*arguments, seconds),
            deadline,
            self._retries,
        )


@dataclasses.dataclass
class _Model:
    """What is known of one version; description and reader when needed."""

    version: int
    signatures: dict
    description: dict | None = None
    reader: LayoutReader | None = None

    def signature(self, name):
        if name in self.signatures:
            return self.signatures[name]
        raise NotFound(
            f"This model (version {self.version}) has no signature {name}. "
            f"{_REASONS.get(name, '')}It has: "
            f"{', '.join(sorted(self.signatures))}."
        )


_REASONS = {
    "describe": "It was not exported by tf_semsynth, it seems. ",
    "synthesize_variants": "It draws no noise: all variants would be equal. ",
    "synthesize_with_style": "It has no encoder for style pictures. ",
}


def _parse_description(text, version):
    try:
        description = json.loads(text)
        if description["format"] == 1:
            return description
        reason = f"it has the format {description['format']}"
    except (KeyError, TypeError, ValueError):
        reason = f"it begins with {text[:40]!r}"
    raise ServingError(
        f"The description of version {version} cannot be read: {reason}. "
        "Expected: format 1. Is this client older than the export?"
    )


if __name__ == "__main__":
    import sys

    from tf_semsynth_serving.client_command import main

    sys.exit(main())
