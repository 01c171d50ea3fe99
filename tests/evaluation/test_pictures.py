"""Sets of pictures."""

import numpy as np
from PIL import Image

from tf_semsynth.evaluation.pictures import (
    FilePictures,
    MadePictures,
    ReducedPictures,
)


def save(path, seed=0, size=(40, 30)):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(256, size=(*size[::-1], 3), dtype="uint8")
    Image.fromarray(pixels).save(path)
    return path


def test_the_digest_is_the_contents_and_not_the_names(tmp_path):
    paths = {
        "a": save(tmp_path / "a.png"),
        "b": save(tmp_path / "b.png"),
        "c": save(tmp_path / "c.png", seed=1),
    }
    pictures = FilePictures(paths)
    assert pictures.keys == ["a", "b", "c"]
    assert pictures.digest("a") == pictures.digest("b")
    assert pictures.digest("a") != pictures.digest("c")
    reduced = ReducedPictures(paths, (20, 15))
    assert reduced.digest("a") == reduced.digest("b")
    others = {
        pictures.digest("a"),
        reduced.digest("a"),
        ReducedPictures(paths, (8, 6)).digest("a"),
    }
    assert len(others) == 3


def test_reduced_pictures_are_as_if_saved_small_and_enlarged(tmp_path):
    path = save(tmp_path / "a.png")
    small = Image.open(path).resize((20, 15), Image.BICUBIC)
    small.save(tmp_path / "small.png")
    expected = Image.open(tmp_path / "small.png").resize(
        (48, 36), Image.BICUBIC
    )
    result = ReducedPictures({"a": path}, (20, 15)).read("a", (48, 36))
    np.testing.assert_array_equal(result, np.asarray(expected))


def test_made_pictures_change_with_recipe_and_source():
    def make(key):
        return np.full((6, 8, 3), ord(key), "uint8")

    def pictures(recipe, content):
        return MadePictures(["a"], (8, 6), make, lambda _: content, recipe)

    one = pictures("paint", b"1")
    assert one.read("a").max() == ord("a")
    assert one.read("a", (4, 3)).shape == (3, 4, 3)
    digests = {
        one.digest("a"),
        pictures("paint", b"2").digest("a"),
        pictures("draw", b"1").digest("a"),
    }
    assert len(digests) == 3
