"""Holds back the lines that TensorFlow prints whenever it is imported.

They come before any setting of logging takes effect, on a machine where all
is well, and would bury the one message that a command has to tell. Everything
else that is printed meanwhile is shown.
"""

import contextlib
import importlib.abc
import importlib.util
import os
import sys
import tempfile

# What a machine without a GPU prints at each start, and where it comes from.
_ALWAYS = (
    "All log messages before absl::InitializeLog",
    "oneDNN custom operations are on",
    "Could not find cuda drivers on your machine",
    "failed call to cuInit",
    "This TensorFlow binary is optimized to use available CPU",
    "To enable the following instructions",
)


def quieten_tensorflow():
    """Prepares its import, whenever and wherever that happens."""
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    """Finds TensorFlow as usual, once, and wraps what loads it."""

    def find_spec(self, name, path, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        with _without_the_usual_lines():
            self._loader.exec_module(module)
            # It prints when it looks for devices, too.
            module.config.list_physical_devices()


@contextlib.contextmanager
def _without_the_usual_lines():
    """Holds back what is written to the process's standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            held.seek(0)
            text = held.read().decode(errors="replace")
            for line in text.splitlines(keepends=True):
                if not any(words in line for words in _ALWAYS):
                    sys.stderr.write(line)
