"""The work directory: what one training leaves for all later commands."""

import json

from tf_semsynth.core import storage

SECTIONS = (
    "system",
    "config",
    "classes",
    "data",
    "training",
    "plugins",
    "versions",
)


class WorkDir:
    """The folder that `train` and `convert` fill and all others read.

    | name | holds |
    | --- | --- |
    | `config.json` | all options, the classes, the versions |
    | `checkpoints/` | `step_<8 digits>/`, see `core/checkpoint.py` |
    | `logs/` | TensorBoard's files |
    | `samples/` | picture grids, `step_<8 digits>.png` |
    | `metrics.json` | what `evaluate` found |
    | `best/` | with `--eval_every`, the best state: a work directory, too |
    | `in_use.json` | who writes here now, see `core/ownership.py` |

    Args:
        path: str or path, the folder; a bucket (`gs://...`) works, too.

    Attributes:
        path: str, as given.
        config_path, checkpoints, logs, samples, metrics_path: str, paths of
            the above.

    Example:
    >>> WorkDir("runs/first").checkpoints
    'runs/first/checkpoints'
    """

    def __init__(self, path):
        if not str(path):
            raise ValueError(
                "The name of the work directory is empty. Expected a folder, "
                "such as --workdir=runs/first."
            )
        self.path = str(path)
        self.config_path = storage.join(path, "config.json")
        self.checkpoints = storage.join(path, "checkpoints")
        self.logs = storage.join(path, "logs")
        self.samples = storage.join(path, "samples")
        self.metrics_path = storage.join(path, "metrics.json")

    def __repr__(self):
        return f"WorkDir({self.path!r})"

    def has_config(self):
        """Whether `create` has been here."""
        return storage.exists(self.config_path)

    def create(self, config):
        """Makes the folder and writes `config.json`, over an older one.

        Args:
            config: dict of JSON values with the keys `SECTIONS`: `system`
                (str), `config` (the system's `Config` as a dictionary),
                `classes` (a `ClassTable` as a dictionary), `data`,
                `training` (options), `plugins` (list of str), `versions`
                (package -> version).

        Raises:
            ValueError: a section is missing or unknown.
            OSError: the folder cannot be written.
        """
        if set(config) != set(SECTIONS):
            raise ValueError(
                "`config.json` needs exactly these sections: "
                f"{', '.join(SECTIONS)}. Missing: "
                f"{sorted(set(SECTIONS) - set(config))}; unknown: "
                f"{sorted(set(config) - set(SECTIONS))}."
            )
        ordered = {name: config[name] for name in SECTIONS}
        text = json.dumps(ordered, indent=2, ensure_ascii=False)
        storage.write_text(self.config_path, text + "\n")

    def read_config(self):
        """The dictionary that `create` wrote.

        Raises:
            OSError: there is no such folder or no `config.json` in it.
            ValueError: the file is damaged.
        """
        if not storage.is_folder(self.path):
            raise OSError(
                f"There is no work directory {self.path}. Expected the "
                "folder that `train` or `convert` made with --workdir."
            )
        if not self.has_config():
            raise OSError(
                f"{self.path} is not a work directory: it has no "
                "config.json. Expected the folder that `train` or `convert` "
                "made with --workdir."
            )
        try:
            config = json.loads(storage.read_text(self.config_path))
        except ValueError as error:
            raise ValueError(
                f"{self.config_path} is damaged, it is no JSON: {error}."
            ) from error
        missing = [name for name in SECTIONS if name not in config]
        if missing:
            raise ValueError(
                f"{self.config_path} lacks the sections {missing}. It was "
                "edited or written by something else; put the original back."
            )
        return config


def installed_versions():
    """Versions of what a result depends on, for `config.json`."""
    import importlib.metadata
    import platform

    versions = {"python": platform.python_version()}
    for package in ("tf_semsynth", "tensorflow", "keras", "numpy", "pillow"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed as a package"
    return versions
