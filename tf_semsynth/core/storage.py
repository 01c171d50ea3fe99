"""Files that may lie on a disk or in a bucket (`gs://...`).

Everything goes through `tf.io.gfile`, whose errors become `OSError` here, so
that a command can tell the user about them. TensorFlow is imported on use.
"""

import contextlib
import hashlib
import os
import uuid

_CHUNK_BYTES = 1 << 24


def join(path, *parts):
    """Joins with "/", which both disks and buckets understand."""
    return os.path.join(str(path), *parts)


def exists(path):
    """Whether there is a file or a folder of this name."""
    with _os_errors(path) as gfile:
        return gfile.exists(str(path))


def is_folder(path):
    """Whether there is a folder of this name."""
    with _os_errors(path) as gfile:
        return gfile.isdir(str(path))


def names_in(folder):
    """The sorted names in a folder; none where there is no folder."""
    with _os_errors(folder) as gfile:
        if not gfile.isdir(str(folder)):
            return []
        # A bucket lists its folders with a slash at the end.
        return sorted(name.rstrip("/") for name in gfile.listdir(str(folder)))


def make_folder(path):
    """Makes a folder and those above it; an old one is fine."""
    with _os_errors(path) as gfile:
        gfile.makedirs(str(path))


def remove(path):
    """Removes a file, or a folder with all that is in it."""
    with _os_errors(path) as gfile:
        if gfile.isdir(str(path)):
            gfile.rmtree(str(path))
        else:
            gfile.remove(str(path))


def rename(old, new):
    """Renames a file (over an older one) or a folder (to a free name)."""
    with _os_errors(old) as gfile:
        gfile.rename(str(old), str(new), overwrite=not gfile.isdir(str(old)))


def read_text(path):
    """The content of a UTF-8 text file."""
    with _os_errors(path) as gfile, gfile.GFile(str(path), "r") as file:
        return file.read()


def write_text(path, text):
    """Writes a UTF-8 text file that is there whole or not at all."""
    write_bytes(path, text.encode())


def write_bytes(path, content):
    """Writes a file that is there whole or not at all."""
    folder, name = os.path.split(str(path))
    unfinished = join(folder, temporary_name(name))
    with _os_errors(path) as gfile:
        gfile.makedirs(folder or ".")
        with gfile.GFile(unfinished, "wb") as file:
            file.write(content)
    rename(unfinished, path)


def sha256(path):
    """SHA-256 of a file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with _os_errors(path) as gfile, gfile.GFile(str(path), "rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def size_in_bytes(path):
    """The length of a file."""
    with _os_errors(path) as gfile:
        return gfile.stat(str(path)).length


def temporary_name(name):
    """A name for something unfinished, which `is_temporary` recognises."""
    return f".tmp-{uuid.uuid4().hex[:8]}-{name}"


def is_temporary(name):
    """Whether this is the name of something unfinished."""
    return name.startswith(".tmp-")


@contextlib.contextmanager
def _os_errors(path):
    """Gives `tf.io.gfile` and turns TensorFlow's errors into `OSError`."""
    import tensorflow as tf

    try:
        yield tf.io.gfile
    except tf.errors.OpError as error:
        raise OSError(f"{path}: {error.message}") from error
