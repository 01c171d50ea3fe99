"""Judging sets of pictures, and what is kept of it."""

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.networks import (
    COLOURS,
    Counting,
    make_scenes,
    save_judge,
)
from tf_semsynth.evaluation import picture_files
from tf_semsynth.evaluation.judges import load_judge
from tf_semsynth.evaluation.judging import JudgePass, PictureCounts, to_pairs
from tf_semsynth.evaluation.pictures import FilePictures


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judges") / "colours"
    return load_judge(str(save_judge(folder)))


@pytest.fixture
def scenes(tmp_path):
    make_scenes(tmp_path)
    images = picture_files.find_files(tmp_path / "images", "--images")
    labels = picture_files.find_files(tmp_path / "labels", "--labels")
    return FilePictures(images, (32, 24)), FilePictures(labels, (32, 24))


def judge_slowly(pictures, labels, size):
    """Counts by loops over pixels, with nearest colours at 16 x 12."""
    import tensorflow as tf

    counts = np.zeros((3, 4), int)
    for key in pictures.keys:
        image = Image.open(pictures.paths[key]).resize((16, 12), Image.BICUBIC)
        image = np.asarray(image) / 127.5 - 1
        colours = COLOURS / 127.5 - 1
        logits = -((image[..., None, :] - colours) ** 2).sum(-1)
        logits = tf.image.resize(logits.astype("float32"), size[::-1])
        predicted = np.asarray(logits).argmax(-1)
        label = Image.open(labels.paths[key]).resize(size, Image.NEAREST)
        pairs = zip(np.asarray(label).flat, predicted.flat, strict=True)
        for true, found in pairs:
            if true < 3:
                counts[true, found] += 1
    return counts


@pytest.mark.parametrize("label_size", [(32, 24), None])
def test_counts_are_those_of_a_loop(judge, scenes, tmp_path, label_size):
    pictures, labels = scenes
    judging = JudgePass(
        judge, labels, label_size, cache=tmp_path / "c", show=False
    )
    small = FilePictures(pictures.paths, (16, 12))
    counts = judging.run(pictures if label_size else small, "pictures")
    expected = judge_slowly(pictures, labels, label_size or (16, 12))
    np.testing.assert_array_equal(counts.total().counts, expected)
    assert counts.keys == pictures.keys
    assert expected.sum() > 0
    # Between two colours the judge sees grey, which is none of the three.
    assert label_size is None or expected[:, 3].sum() > 0


def test_what_was_judged_is_not_judged_again(judge, scenes, tmp_path):
    pictures, labels = scenes
    counting = Counting(judge)

    def run():
        judging = JudgePass(
            counting, labels, (32, 24), cache=tmp_path / "c", show=False
        )
        return judging.run(pictures, "pictures").total().counts

    first = run()
    assert counting.shown == 4
    np.testing.assert_array_equal(run(), first)
    assert counting.shown == 4
    # A changed label is another question, a changed picture another answer.
    labels.paths["scene0"].write_bytes(labels.paths["scene1"].read_bytes())
    pictures.paths["scene2"].write_bytes(pictures.paths["scene1"].read_bytes())
    pictures._digests.clear()
    labels._digests.clear()
    run()
    assert counting.shown == 6


def test_sparse_counts_give_the_dense_ones_back():
    rng = np.random.default_rng(0)
    dense = rng.integers(5, size=(2, 3, 4)) * (rng.random((2, 3, 4)) < 0.4)
    counts = PictureCounts(3)
    for key, matrix in zip("ab", dense, strict=True):
        counts.add(key, to_pairs(matrix))
    np.testing.assert_array_equal(counts.counts_of(1), dense[1])
    np.testing.assert_array_equal(counts.total().counts, dense.sum(0))


def test_a_pictures_own_scores():
    counts = PictureCounts(2)
    counts.add("a", to_pairs(np.array([[3, 1, 0], [0, 2, 2]])))
    counts.add("b", to_pairs(np.zeros((2, 3), int)))
    # 5 of 8 pixels; 3 of 4 and 2 of 5.
    accuracy, iou = counts.scores_of(0)
    assert accuracy == pytest.approx(5 / 8)
    assert iou == pytest.approx((3 / 4 + 2 / 5) / 2)
    assert counts.scores_of(1) == (None, None)
