"""Who may import whom, and what reads the imports out of the source.

`docs/architecture.md` explains the table; `BUILD.bazel` repeats it.
"""

import ast
from pathlib import Path

import tf_semsynth

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "tf_semsynth"

# Folder of the package -> the folders that it may import, besides itself.
MAY_IMPORT = {
    "core": (),
    "data": ("core",),
    "layers": ("core",),
    "porting": ("core",),
    "networks": ("core", "layers"),
    "backbones": ("core", "layers", "porting"),
    "losses": ("core", "layers", "backbones"),
    "metrics": ("core", "layers", "backbones"),
    "optimizers": ("core", "layers", "backbones"),
    "systems": (
        "core",
        "layers",
        "networks",
        "backbones",
        "losses",
        "optimizers",
        "porting",
    ),
    "training": ("core", "data", "optimizers", "systems"),
    "evaluation": (
        "core",
        "data",
        "layers",
        "networks",
        "backbones",
        "metrics",
        "systems",
    ),
    "exporting": ("core", "systems"),
}
# Floors 0 to 4 run on Keras' other backends: no TensorFlow at module level.
WITHOUT_TENSORFLOW = set(MAY_IMPORT) - {
    "data",
    "training",
    "evaluation",
    "exporting",
}
DEAD = {"tensorflow_addons", "tensorflow_io", "keras_cv", "tf_keras"}
SERVING = "tf_semsynth_serving"
# What a client machine need not have: only the server counts on it.
SERVER_PACKAGES = {
    "google",
    "grpc",
    "prometheus_client",
    "starlette",
    "tensorflow",
    "tensorflow_serving",
    "uvicorn",
}


def find_violations(root):
    """All breaches of the import rules in a checkout.

    Args:
        root: `Path` of the folder that holds `tf_semsynth/`.

    Returns:
        List of str, each with the file and its culprit.
    """
    found = []
    for file in sorted((root / PACKAGE).rglob("*.py")):
        parts = file.relative_to(root / PACKAGE).parts
        found += _check_file(file, parts, root)
    for file in sorted((root / "serving").rglob("*.py")):
        found += _check_serving(file, root)
    for folder in ("scripts", "tests"):
        for file in sorted((root / folder).rglob("*.py")):
            name = str(file.relative_to(root))
            for module, _ in imports_of(file, ()):
                if module.split(".")[0] in DEAD:
                    found.append(f"{name} imports {module}")
    return found


def imports_of(file, package):
    """The modules that a file imports, wherever it does.

    Args:
        file: `Path` of a Python file.
        package: Names of the packages that hold it, for relative imports.

    Returns:
        List of (dotted name, whether it is imported along with the module).
        `from a import b` is `a.b`.
    """
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    at_once = set(map(id, _outside_functions(tree)))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1])
            base = base if node.level else []
            base += [node.module] if node.module else []
            names = [".".join([*base, a.name]) for a in node.names]
        elif _is_import_module(node):
            names = [node.args[0].value]
        else:
            continue
        found += [(name, id(node) in at_once) for name in names]
    return found


def _check_file(file, parts, root):
    name = str(file.relative_to(root))
    folder = parts[0] if len(parts) > 1 else None
    if folder is not None and folder not in MAY_IMPORT:
        return [f"{name}: folder {folder!r} has no row in the import table"]
    found = []
    for module, at_once in imports_of(file, (PACKAGE, *parts[:-1])):
        top = module.split(".")[0]
        problem = None
        if top in DEAD:
            problem = "a dependency that does not work any more"
        elif top == SERVING and name != f"{PACKAGE}/serve.py":
            problem = "serving is a distribution of its own"
        elif top == "tensorflow" and folder in WITHOUT_TENSORFLOW and at_once:
            problem = "TensorFlow at module level on floors 0 to 4"
        elif top == PACKAGE and folder is not None:
            problem = _find_breach(parts, module)
        elif top == PACKAGE and parts == ("__init__.py",) and at_once:
            problem = "the package itself imports nothing until it is used"
        if problem:
            found.append(f"{name} imports {module}: {problem}")
    return found


def _check_serving(file, root):
    name = str(file.relative_to(root))
    is_server = name.startswith("serving/server/")
    found = []
    for module, at_once in imports_of(file, ()):
        top = module.split(".")[0]
        problem = None
        if top in DEAD:
            problem = "a dependency that does not work any more"
        elif top == PACKAGE:
            problem = "serving knows a model by its SavedModel alone"
        elif not is_server and module.startswith(f"{SERVING}.server"):
            problem = "the client needs no server"
        elif not is_server and at_once and top in SERVER_PACKAGES:
            problem = "a client needs numpy and pillow alone"
        if problem:
            found.append(f"{name} imports {module}: {problem}")
    return found


def _find_breach(parts, module):
    """What is wrong with an import inside of the package, or None."""
    target = module.split(".")[1:]
    if target and target[0] in tf_semsynth._HOMES:  # A lazy public name.
        target = tf_semsynth._HOMES[target[0]].split(".")
    if not target or target == ["__version__"]:
        return None
    folder = parts[0]
    if target[0] not in MAY_IMPORT:
        return "neither a folder of the package nor for use by folders"
    if target[0] != folder and target[0] not in MAY_IMPORT[folder]:
        allowed = ", ".join(MAY_IMPORT[folder]) or "nothing"
        return f"{folder} may import {allowed}"
    if folder == target[0] == "systems" and parts[1] != "registry.py":
        own = parts[1] if len(parts) > 2 else None
        shared = ("base", "registry")
        others = (ROOT / PACKAGE / "systems" / target[1]).is_dir()
        if others and target[1] not in (own, *shared):
            return "a system never imports another, nor the base a system"
    return None


def _outside_functions(node):
    """The statements that run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        yield child
        yield from _outside_functions(child)


def _is_import_module(node):
    """`import_module("<a name that is written out>")`."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    called = getattr(node.func, "attr", getattr(node.func, "id", None))
    first = node.args[0]
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return called == "import_module" and is_text
