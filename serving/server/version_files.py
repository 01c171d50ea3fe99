"""The folder of a model: which versions lie in it, and whether they change."""

import os


def find_versions(model_dir):
    """The versions in a model's folder.

    Args:
        model_dir: str.

    Returns:
        dict, version -> path of its folder. Folders whose names are no whole
        numbers are none, such as those of unfinished exports.

    Raises:
        OSError: The folder cannot be read.
    """
    found = {}
    for name in sorted(os.listdir(model_dir)):
        path = os.path.join(model_dir, name)
        if name.isascii() and name.isdigit() and os.path.isdir(path):
            found.setdefault(int(name), path)
    return found


def fingerprint(directory):
    """What changes when any file in a folder does.

    Returns:
        Sorted tuple of (relative path, size, time of the last change).
    """
    files = []
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            try:
                status = os.stat(path)
            except OSError:  # Gone meanwhile.
                continue
            relative = os.path.relpath(path, directory)
            files.append((relative, status.st_size, status.st_mtime_ns))
    return tuple(sorted(files))


def has_saved_model(directory):
    """Whether the file is there without which nothing can be loaded."""
    return any(
        os.path.isfile(os.path.join(directory, name))
        for name in ("saved_model.pb", "saved_model.pbtxt")
    )
