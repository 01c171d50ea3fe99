"""Sets of pictures to score: files, or made from files as they are read.

A set has `keys` (sorted list of str), `size` (width, height), `digest(key)`
(32 bytes that change when the picture does, so that what was computed of it
can be kept) and `read(key, size)` -> uint8 `(H, W, 3)`.
"""

import hashlib

from PIL import Image

from tf_semsynth.evaluation import picture_files


class FilePictures:
    """Pictures as they lie in files.

    Args:
        paths: dict, key -> path.
        size: (width, height) in pixels of all, or None where they differ.
    """

    def __init__(self, paths, size=None):
        self.paths = paths
        self.size = size
        self.keys = sorted(paths)
        self._digests = {}

    def digest(self, key):
        if key not in self._digests:
            self._digests[key] = picture_files.sha256(self.paths[key])
        return self._digests[key]

    def read(self, key, size=None):
        return picture_files.read_picture(self.paths[key], size)


class ReducedPictures(FilePictures):
    """Pictures brought to one size and 8 bits first, as if saved as PNG.

    Real photos at a generator's size are the best that it could do: what the
    photos lose by the resize no generator of that size can have.

    Args:
        paths: dict, key -> path.
        size: (width, height) in pixels.
    """

    def digest(self, key):
        return _combine(f"bicubic {self.size}", super().digest(key))

    def read(self, key, size=None):
        reduced = super().read(key, self.size)
        return picture_files.resize(Image.fromarray(reduced), size)


class MadePictures:
    """Pictures that a function makes of keys.

    Args:
        keys: List of str.
        size: (width, height) in pixels.
        make: Function from a key to a uint8 array `(H, W, 3)`.
        digest: Function from a key to the bytes that the picture hangs on.
        recipe: str, how it is made.
    """

    def __init__(self, keys, size, make, digest, recipe):
        self.keys = sorted(keys)
        self.size = size
        self._make = make
        self._digest = digest
        self._recipe = recipe

    def digest(self, key):
        return _combine(self._recipe, self._digest(key))

    def read(self, key, size=None):
        return picture_files.resize(Image.fromarray(self._make(key)), size)


def _combine(words, content):
    return hashlib.sha256(words.encode() + b"\0" + content).digest()
