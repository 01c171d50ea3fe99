"""Keeps the right versions of a model loaded while their folders change.

A new version is loaded and warmed up beside the old one and takes over when it
is ready. The old one answers what it has begun and is unloaded then. A version
that cannot be loaded is reported and left alone until its files change.
"""

import dataclasses
import logging
import threading
import time

from tf_semsynth_serving.server import version_files
from tf_semsynth_serving.server.load_errors import describe_failure
from tf_semsynth_serving.server.status import RequestError, invalid

LOG = logging.getLogger(__name__)
_PATIENCE = 1.0  # Seconds that the end of a thread may take.


@dataclasses.dataclass
class VersionStatus:
    """What is known of a version.

    Attributes:
        state: str, as TensorFlow Serving names them: START, LOADING,
            AVAILABLE, UNLOADING or END.
        code, message: str, why it ended; OK and empty if nothing is wrong.
        files: fingerprint of the folder when it was last looked at.
        was_wanted: bool, whether it ever was to be served; others are not
            told of.
        servable: `Servable` while it is loaded.
    """

    state: str = "START"
    code: str = "OK"
    message: str = ""
    files: tuple | None = None
    was_wanted: bool = False
    servable: object = None


class Versions:
    """The versions of one model.

    Args:
        options: `Options`.
        load: Function (version, folder) -> `Servable`; raises if it cannot.
    """

    def __init__(self, options, load):
        self.name = options.name()
        self._model_dir = options.model_dir
        self._wanted = options.served_versions()
        self._labels = options.labels()
        self._poll_seconds = options.poll_seconds
        self._load = load
        self._lock = threading.Lock()
        self._statuses = {}
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="versions")
        self._watcher.daemon = True
        self._unloaders = []
        self._problem = None  # Of the folder itself; told once.

    def start(self):
        """Loads what is there, then watches the folder.

        Raises:
            OSError: The folder cannot be read, or holds no version.
            ValueError: None of its versions can be loaded.
        """
        try:
            found = self._find()
        except OSError as error:
            raise OSError(
                f"--model_dir={self._model_dir} cannot be read: "
                f"{error.strerror}. Expected the folder that holds a model's "
                "versions."
            ) from error
        if not found:
            raise OSError(
                f"{self._model_dir} holds no version of a model: expected a "
                "folder in it whose name is a whole number, such as "
                f"{self._model_dir}/1 with a saved_model.pb. If this is the "
                "version itself, pass the folder above it."
            )
        self._update(found, at_start=True)
        if not self._available():
            raise ValueError(
                f"No version in {self._model_dir} can be served. "
                + " ".join(
                    f"Version {version}: {status.message}"
                    for version, status in sorted(self._statuses.items())
                )
            )
        self._watcher.start()

    def acquire(self, version=None, label=None):
        """The servable for a request, kept in memory until its `release`.

        Args:
            version: int or None, the latest.
            label: str or None, a name of a version.

        Raises:
            RequestError: There is none, in TensorFlow Serving's words and
                codes.
        """
        if label is not None:
            version = self.version_of(label)
        with self._lock:
            available = self._available()
            number = (
                max(available, default=None) if version is None else version
            )
            if number in available:
                servable = available[number]
                servable.acquire()
                return servable
        asked = "Latest" if version is None else "Specific"
        inside = self.name if version is None else f"{self.name}, {version}"
        loaded = ", ".join(map(str, sorted(available))) or "none"
        raise RequestError(
            "NOT_FOUND",
            f"Servable not found for request: {asked}({inside}). Versions "
            f"that are loaded: {loaded}.",
        )

    def version_of(self, label):
        """The version that a label names."""
        if label not in self._labels:
            known = ", ".join(sorted(self._labels)) or "none"
            raise invalid(
                f"Unrecognized servable version label: {label}. Labels of "
                f"this server (--version_labels): {known}."
            )
        return self._labels[label]

    def statuses(self):
        """dict, version -> `VersionStatus`, the highest version first."""
        with self._lock:
            found = sorted(self._statuses.items(), reverse=True)
            return {
                version: dataclasses.replace(status)
                for version, status in found
                if status.was_wanted
            }

    def is_available(self):
        """Whether a request without a version would be answered."""
        with self._lock:
            return bool(self._available())

    def queue_length(self):
        """int, how many requests wait, over all versions."""
        with self._lock:
            servables = list(self._available().values())
        return sum(servable.queue_length() for servable in servables)

    def stop(self, patience=_PATIENCE):
        """Unloads all versions when their requests are answered.

        Args:
            patience: float, seconds to wait for that; what still runs then is
                left behind.
        """
        self._stop.set()
        end = time.monotonic() + patience
        if self._watcher.is_alive():
            self._watcher.join(max(end - time.monotonic(), _PATIENCE))
        for version in list(self._statuses):
            self._unload(version)
        for thread in self._unloaders:
            thread.join(max(end - time.monotonic(), _PATIENCE))

    def _watch(self):
        while not self._stop.wait(self._poll_seconds):
            try:
                self._update(self._find())
                self._problem = None
            except Exception as error:
                if str(error) != self._problem:
                    # A disk that is away, no file handles: no fault of ours.
                    trace = not isinstance(error, OSError)
                    LOG.error(
                        "Cannot look for versions: %s", error, exc_info=trace
                    )
                self._problem = str(error)

    def _find(self):
        found = version_files.find_versions(self._model_dir)
        if isinstance(self._wanted, set):
            found = {v: path for v, path in found.items() if v in self._wanted}
        return found

    def _update(self, found, at_start=False):
        """Loads and unloads what the folders ask for now."""
        settled = {
            version
            for version, path in found.items()
            if self._has_settled(version, path) or at_start
        }
        if self._wanted == "latest":
            aspired = self._load_latest(found, settled)
            others = set(found) & set(self._labels.values())
        else:
            aspired = set()
            others = set(found)
        for version in sorted(others, reverse=True):
            self._try_to_load(version, found[version], settled)
        aspired |= others
        kept = aspired & set(self._available())
        if not kept:
            return  # Better an old version than none.
        for version in set(self._available()) - kept:
            self._unload(version)

    def _load_latest(self, found, settled):
        """Loads the highest version that can be; a set with it, or empty."""
        for version in sorted(found, reverse=True):
            if self._try_to_load(version, found[version], settled):
                return {version}
        return set()

    def _has_settled(self, version, path):
        """Whether a folder is as it was when it was last looked at."""
        files = version_files.fingerprint(path)
        with self._lock:
            status = self._statuses.setdefault(version, VersionStatus())
            if status.files == files:
                return True
            status.files = files
            if status.servable is None:  # New, or a failed one has changed.
                status.state, status.code, status.message = "START", "OK", ""
            return False

    def _try_to_load(self, version, path, settled):
        """Whether the version is loaded in the end."""
        status = self._statuses[version]
        status.was_wanted = True
        if status.state == "AVAILABLE":
            return True
        if version not in settled or status.code != "OK":
            return False  # Still being written, or known to be broken.
        if status.servable is not None or self._stop.is_set():
            return False  # It is being unloaded.
        self._set(version, "LOADING")
        LOG.info("Loading version %d of %s", version, self.name)
        try:
            servable = self._load(version, path)
        except Exception as error:
            code, message = describe_failure(path, error)
            others = ", ".join(map(str, sorted(self._available()))) or "none"
            LOG.error(
                "Version %d of %s cannot be loaded, and is left alone until "
                "its files change: %s Versions that go on: %s.",
                *(version, self.name, message, others),
            )
            LOG.debug("Its traceback", exc_info=True)
            self._set(version, "END", code, message)
            return False
        with self._lock:
            status.servable = servable
            status.state = "AVAILABLE"
        LOG.info(
            "Version %d of %s is available (%d warm-up records)",
            *(version, self.name, servable.num_warm_up_records),
        )
        return True

    def _unload(self, version):
        """Begins to unload; requests are not given it from here on."""
        with self._lock:
            status = self._statuses[version]
            if status.state != "AVAILABLE":
                return
            status.state = "UNLOADING"

        def finish():
            status.servable.unload()
            with self._lock:
                status.servable = None
                status.state = "END"
            LOG.info("Version %d of %s is unloaded", version, self.name)

        thread = threading.Thread(target=finish, name=f"unload {version}")
        thread.daemon = True
        thread.start()
        self._unloaders = [t for t in self._unloaders if t.is_alive()]
        self._unloaders.append(thread)

    def _set(self, version, state, code="OK", message=""):
        with self._lock:
            status = self._statuses[version]
            status.state, status.code, status.message = state, code, message

    def _available(self):
        return {
            version: status.servable
            for version, status in self._statuses.items()
            if status.state == "AVAILABLE"
        }
