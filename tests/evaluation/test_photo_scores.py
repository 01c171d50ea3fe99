"""Pictures beside the photos of their layouts."""

import numpy as np
import pytest
from PIL import Image

from tf_semsynth.evaluation.photo_scores import score_pairs
from tf_semsynth.evaluation.pictures import FilePictures


def save(folder, name, pixels):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    Image.fromarray(pixels.astype("uint8")).save(path)
    return path


@pytest.fixture
def pairs(tmp_path):
    """Three pictures of 16 x 12, and photos twice as large."""
    rng = np.random.default_rng(0)
    pictures, photos = {}, {}
    for name in "abc":
        small = rng.integers(256, size=(12, 16, 3))
        pictures[name] = save(tmp_path / "pictures", name, small)
        large = rng.integers(256, size=(24, 32, 3))
        photos[name] = save(tmp_path / "photos", name, large)
    return FilePictures(pictures), FilePictures(photos)


def test_psnr_is_the_mean_over_pictures(pairs):
    pictures, photos = pairs
    expected = []
    for key in "abc":
        x = np.asarray(Image.open(pictures.paths[key])).astype(float)
        photo = Image.open(photos.paths[key]).resize((16, 12), Image.BICUBIC)
        error = np.mean((x - np.asarray(photo)) ** 2)
        expected.append(10 * np.log10(255**2 / error))
    found = score_pairs(*pairs, ["psnr", "kid"], batch_size=2, show=False)
    assert list(found) == ["psnr"]
    assert found["psnr"].value == pytest.approx(np.mean(expected), rel=1e-12)


def test_small_pictures_have_no_five_scales(pairs):
    found = score_pairs(*pairs, ["ssim", "ms_ssim"], show=False)
    assert list(found) == ["ssim"]
    same = score_pairs(pairs[0], pairs[0], ["ssim"], show=False)
    assert same["ssim"].value == pytest.approx(1)


def test_the_perceived_distance_is_averaged(pairs):
    seen = []

    def distance(x, y):
        assert x.shape == y.shape == (len(x), 12, 16, 3)
        seen.append(len(x))
        return np.full(len(x), len(seen), "float32")

    found = score_pairs(*pairs, ["lpips"], distance, batch_size=2, show=False)
    assert seen == [2, 1]
    assert found["lpips"].value == pytest.approx((1 + 1 + 2) / 3)
