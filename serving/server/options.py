"""What the server can be told, with the words of its help."""

import dataclasses
import os

from tf_semsynth_serving.server.origins import parse_origin

MEBIBYTE = 2**20


def _option(default, help, choices=None, minimum=None, repeated=False):
    metadata = {
        "help": help,
        "choices": choices,
        "minimum": minimum,
        "repeated": repeated,  # Flags given again are joined by commas.
    }
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Options:
    """Settings of one server; its flags are derived from the fields."""

    model_dir: str | None = _option(
        None,
        "folder that holds the versions of a model, <model_dir>/<version>/, "
        "as the export writes them",
    )
    model_name: str | None = _option(
        None, "name that clients ask for; by default that of the folder"
    )
    host: str = _option(
        "127.0.0.1",
        "address to listen on; the default is seen from this machine alone, "
        "0.0.0.0 from everywhere",
    )
    grpc_port: int = _option(
        8500, "port of gRPC; 0 takes any free one", minimum=0
    )
    rest_port: int = _option(
        8501, "port of REST and the studio; 0 takes any free one", minimum=0
    )
    versions: str = _option(
        "latest",
        "versions to serve: latest, all, or numbers separated by commas",
    )
    version_labels: str | None = _option(
        None,
        "names of versions, such as stable=1,canary=2; these versions are "
        "served beside the latest",
    )
    poll_seconds: float = _option(
        1.0, "seconds between two looks for new versions", minimum=0.01
    )
    max_batch_size: int = _option(
        8, "most rows (pictures) that are run together", minimum=1
    )
    batch_timeout: int = _option(
        1000,
        "microseconds that a request waits for others to share its batch; "
        "0 runs at once what is there",
        minimum=0,
    )
    max_queue: int = _option(
        128,
        "most requests of one signature that wait; more are refused with "
        "RESOURCE_EXHAUSTED",
        minimum=1,
    )
    max_rows: int = _option(
        256, "most rows (pictures) in one request", minimum=1
    )
    max_pixels: int = _option(
        4096 * 4096,
        "most pixels of one picture that is sent, 4096 x 4096 by default; "
        "read from its header before it is unpacked",
        minimum=1,
    )
    max_message_bytes: int = _option(
        64 * MEBIBYTE,
        "most bytes of one request, and of one of its inputs when unpacked",
        minimum=1,
    )
    rest_timeout: float = _option(
        60.0,
        "seconds after which a request over REST is given up; over gRPC the "
        "client sets the deadline",
        minimum=0.001,
    )
    grace_seconds: float = _option(
        30.0,
        "seconds that running and waiting requests have to end after SIGTERM",
        minimum=0,
    )
    tls_certificate: str | None = _option(
        None, "PEM file of the certificate chain; gRPC and REST use TLS then"
    )
    tls_key: str | None = _option(
        None, "PEM file of the certificate's private key"
    )
    api_token_file: str | None = _option(
        None,
        "file that holds a token, which clients must send as `Authorization: "
        "Bearer <token>`",
    )
    allow_origin: str | None = _option(
        None,
        "origin of web pages that may ask beside the studio, such as "
        "http://localhost:3000; several are separated by commas, or the flag "
        "is repeated",
        repeated=True,
    )

    def __post_init__(self):
        for field in dataclasses.fields(self):
            _check_minimum(field, getattr(self, field.name))
        for name in ("grpc_port", "rest_port"):
            if getattr(self, name) > 65535:
                raise ValueError(
                    f"--{name} must be at most 65535. Received: "
                    f"{getattr(self, name)}."
                )
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError(
                "TLS needs both, --tls_certificate and --tls_key. Received: "
                f"--tls_certificate={self.tls_certificate}, "
                f"--tls_key={self.tls_key}."
            )
        if self.model_dir is not None:
            self.name()
        self.served_versions()
        self.labels()
        self.allowed_origins()

    def name(self):
        """The model's name: as told, or that of the folder."""
        name = self.model_name
        if name is None:
            name = os.path.basename(os.path.abspath(self.model_dir))
        if not name or set(name) & set("/:"):
            raise ValueError(
                "The model's name is part of an address: it must not be empty "
                f"nor contain / or :. Received: {name!r}. --model_name names "
                "it otherwise than its folder."
            )
        return name

    def served_versions(self):
        """`"latest"`, `"all"`, or a set of version numbers."""
        if self.versions in ("latest", "all"):
            return self.versions
        parts = self.versions.split(",")
        if not all(_is_version(part) for part in parts):
            raise ValueError(
                "--versions must be latest, all, or whole numbers separated "
                f"by commas, such as 1,2. Received: {self.versions!r}."
            )
        return {int(part) for part in parts}

    def labels(self):
        """Dictionary from a label to the version that it names."""
        found = {}
        for part in (self.version_labels or "").split(","):
            label, _, version = part.partition("=")
            if not part:
                continue
            if not label or set(label) & set("/:") or not _is_version(version):
                raise ValueError(
                    "--version_labels must be <label>=<version>, several of "
                    "them separated by commas, such as stable=1,canary=2. "
                    f"Received: {self.version_labels!r}."
                )
            found[label] = int(version)
        return found

    def allowed_origins(self):
        """List of str, the foreign origins whose pages may ask."""
        if self.allow_origin is None:
            return []
        found = [part.strip() for part in self.allow_origin.split(",")]
        for origin in found:
            if parse_origin(origin) is None:
                raise ValueError(
                    "--allow_origin must be <scheme>://<host>[:<port>] with "
                    "http or https and without a path, such as "
                    f"http://localhost:3000. Received: {origin!r}."
                )
        return found

    def uses_tls(self):
        return self.tls_certificate is not None


def _check_minimum(field, value):
    minimum = field.metadata["minimum"]
    # `not ... >=`: NaN, too.
    if minimum is not None and not value >= minimum:
        raise ValueError(
            f"--{field.name} must be at least {minimum}. Received: {value}."
        )


def _is_version(text):
    return text.isascii() and text.isdigit()
