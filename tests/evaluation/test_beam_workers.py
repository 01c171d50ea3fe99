"""What workers do with networks and pictures."""

import numpy as np
import pytest

beam = pytest.importorskip("apache_beam", reason="pip install .[beam]")

from tests.evaluation.networks import (  # noqa: E402
    make_scenes,
    save_features,
    save_judge,
)
from tests.evaluation.test_judging import judge_slowly  # noqa: E402
from tests.evaluation.test_runner import files  # noqa: E402
from tf_semsynth.evaluation.beam_workers import (  # noqa: E402
    Chunk,
    LookAtPictures,
    Worker,
    load_networks,
)
from tf_semsynth.evaluation.options import EvaluationOptions  # noqa: E402
from tf_semsynth.evaluation.pictures import FilePictures  # noqa: E402
from tf_semsynth.evaluation.protocols import PROTOCOLS  # noqa: E402


class Halving(Worker):
    """Halves even numbers with whatever was loaded."""

    def work(self, loaded, element):
        if element % loaded:
            raise ValueError(f"{element} is odd.")
        return element // loaded


def outputs(worker, elements):
    """Results, and (tag, problem)."""
    worker.setup()
    found = [item for x in elements for item in worker.process(x)]
    tagged = [x for x in found if isinstance(x, beam.pvalue.TaggedOutput)]
    results = [x for x in found if x not in tagged]
    return results, [(x.tag, x.value) for x in tagged]


def test_problems_do_not_stop_the_others():
    results, problems = outputs(Halving(lambda: 2), [2, 3, 4, 5])
    assert results == [1, 2]
    assert problems == [("problems", "3 is odd."), ("problems", "5 is odd.")]


def test_a_mistake_in_the_code_is_no_problem_of_a_file():
    with pytest.raises(TypeError):
        outputs(Halving(lambda: None), [2])


def test_what_cannot_be_loaded_is_the_problem_of_every_element():
    def load():
        raise OSError("There is no such folder.")

    results, problems = outputs(Halving(load), [2, 3])
    assert results == []
    assert problems == 2 * [("problems", "There is no such folder.")]


def test_networks_are_loaded_once():
    loads = []

    def load():
        loads.append(1)
        return 2

    worker = Halving(load)
    for _ in range(3):  # As for the bundles of a process.
        assert outputs(worker, [8]) == ([4], [])
    assert len(loads) == 1


def test_a_chunk_is_judged_and_measured(tmp_path):
    root = make_scenes(tmp_path, count=3)
    options = EvaluationOptions(
        judge=str(save_judge(tmp_path / "judge")),
        features=str(save_features(tmp_path / "features")),
    )
    metrics = ["mean_iou", "kid", "psnr"]
    networks = load_networks(options, PROTOCOLS["camvid_judges"], metrics)
    pictures, labels, photos = (
        FilePictures(paths) for paths in files(root).values()
    )
    look = LookAtPictures(lambda: networks, metrics, (32, 24), True)
    chunk = Chunk("pictures", pictures, labels, photos)
    [(name, seen)], problems = outputs(look, [chunk])
    assert (name, seen.keys, problems) == ("pictures", pictures.keys, [])
    expected = judge_slowly(pictures, labels, (32, 24))
    np.testing.assert_array_equal(seen.counts.total().counts, expected)
    for key, row in zip(seen.keys, seen.features, strict=True):
        image = pictures.read(key, (8, 6)) / 127.5 - 1
        scaled = (image * [2, 1, 0.5]).reshape(-1, 3)
        means = np.concatenate([scaled.mean(0), (scaled**2).mean(0)])
        np.testing.assert_allclose(row, means, rtol=1e-5, atol=1e-6)
    assert seen.pairs.quality.count == 3 and seen.pairs.perceived.count == 0
    # Reference photos have neither labels nor partners.
    [(_, seen)], _ = outputs(look, [Chunk("reference", photos)])
    assert seen.counts is None and seen.pairs is None
    assert seen.features.shape == (3, 6)
