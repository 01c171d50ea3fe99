"""Semantic image synthesis: layouts in, pictures out.

The public names are loaded when they are first used, so that importing the
package costs nothing:

>>> import tf_semsynth as ss
>>> ss.list_systems()
('cc_fpse', 'spade')
"""

import importlib

__version__ = "0.1.0"

_HOMES = {
    "ClassTable": "core.classes",
    "Phase": "systems.base",
    "System": "systems.base",
    "WorkDir": "core.workdir",
    "build_system": "systems.registry",
    "export_system": "exporting.writer",
    "list_systems": "systems.registry",
    "load_model": "systems.registry",
    "load_system": "systems.registry",
    "register_system": "systems.registry",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *_HOMES})
