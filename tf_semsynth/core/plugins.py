"""Imports the modules or files that `--plugin` names."""

import importlib
import importlib.util
import sys
from pathlib import Path


def import_plugin(plugin):
    """Imports a module by its dotted name, or a file by its path.

    A file's folder joins `sys.path`, as if Python had been started with it,
    and its stem is the module's name. What is already imported stays.

    Args:
        plugin: str, such as `my_package.my_system` or `path/my_system.py`.

    Returns:
        The module.

    Raises:
        OSError: There is no such file.
        ImportError: The module is not found, or fails while it is imported.
    """
    try:
        if plugin.endswith(".py"):
            return _import_file(Path(plugin))
        return importlib.import_module(plugin)
    except OSError:
        raise
    except Exception as error:
        raise ImportError(
            f"--plugin={plugin} cannot be imported: "
            f"{type(error).__name__}: {error}"
        ) from error


def _import_file(path):
    path = path.resolve()
    if not path.is_file():
        raise FileNotFoundError(
            f"--plugin={path}: there is no such file. Expected a Python file, "
            "or the dotted name of a module without `.py`."
        )
    loaded = sys.modules.get(path.stem)
    if loaded is not None:
        if getattr(loaded, "__file__", None) == str(path):
            return loaded
        raise ImportError(
            f"a module named {path.stem!r} is already imported; rename the file"
        )
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path.stem]
        raise
    return module
