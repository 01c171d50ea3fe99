"""Batches keep the contract and are a pure function of (seed, epoch, step)."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests.data import makers
from tf_semsynth.core.batch import check_batch
from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_float
from tf_semsynth.data import pipeline
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.pipeline import (
    make_evaluation_dataset,
    make_training_dataset,
)

SIZE = {"image_height": 16, "image_width": 24}
KEYS = ("class_ids", "edges", "image", "noise_seed")


@pytest.fixture
def reader(tmp_path):
    return open_dataset("folder", makers.folder(tmp_path, 7, instances=True))


def _batches(reader, count, seed=0, batch_size=2, start_step=0, **values):
    options = DataOptions(**values)
    dataset = make_training_dataset(
        reader,
        options,
        batch_size,
        seed,
        use_edges=True,
        start_step=start_step,
        **SIZE,
    )
    return list(itertools.islice(dataset.as_numpy_iterator(), count))


def _equal(first, second):
    return all((first[key] == second[key]).all() for key in KEYS)


def test_batches_keep_the_contract(reader):
    (batch,) = _batches(reader, 1)
    check_batch(batch, KEYS, num_classes=3)
    assert batch["class_ids"].dtype == np.int32
    assert batch["image"].dtype == batch["edges"].dtype == np.float32
    assert batch["noise_seed"].dtype == np.int64
    assert batch["image"].shape == (2, 16, 24, 3)


def test_static_shapes_are_known(reader):
    dataset = make_training_dataset(reader, DataOptions(), 2, 0, **SIZE)
    spec = dataset.element_spec
    assert spec["image"].shape == (2, 16, 24, 3)
    assert spec["noise_seed"].shape == (2,)
    assert "edges" not in spec


@pytest.mark.parametrize("start_step", [1, 2, 3, 7])
def test_a_run_that_starts_later_continues_exactly(reader, start_step):
    values = {"scale_jitter": 0.3, "colour_jitter": 0.1}
    whole = _batches(reader, 10, **values)
    rest = _batches(reader, 10 - start_step, start_step=start_step, **values)
    for first, second in zip(whole[start_step:], rest, strict=True):
        assert _equal(first, second)


def test_two_runs_are_equal_and_another_seed_is_not(reader):
    first, second = _batches(reader, 6), _batches(reader, 6)
    assert all(map(_equal, first, second))
    other = _batches(reader, 6, seed=1)
    assert not any(map(_equal, first, other))


def test_an_epoch_shows_each_example_once_and_drops_the_rest(tmp_path):
    """Photos of one grey level each tell which example was drawn."""
    folder = makers.folder(tmp_path, 7)
    for i in range(7):
        grey = np.full((makers.H, makers.W, 3), i * 30, "uint8")
        makers.save(tmp_path / "images" / f"p{i}.png", grey)
    reader = open_dataset("folder", folder)
    dataset = make_training_dataset(reader, DataOptions(), 2, 0, **SIZE)
    assert pipeline.steps_per_epoch(reader, 2) == 3
    epochs, iterator = [], dataset.as_numpy_iterator()
    for _ in range(4):
        batches = list(itertools.islice(iterator, 3))
        greys = np.concatenate([b["image"][:, 0, 0, 0] for b in batches])
        epochs.append([round((x + 1) / 2 * 255) // 30 for x in greys])
    assert all(len(set(epoch)) == 6 for epoch in epochs)
    assert len(set(map(tuple, epochs))) == 4  # Shuffled anew each time.
    assert set(itertools.chain(*epochs)) == set(range(7))


def test_evaluation_goes_through_all_in_order(reader):
    options = DataOptions(preprocess_mode="fixed")
    size = {"image_height": makers.H, "image_width": makers.W}
    dataset = make_evaluation_dataset(
        reader, options, 3, use_edges=True, **size
    )
    batches = list(dataset.as_numpy_iterator())
    assert [len(b["image"]) for b in batches] == [3, 3, 1]
    images = np.concatenate([b["image"] for b in batches])
    for i, image in enumerate(images):
        np.testing.assert_array_equal(image, to_float(makers.photo(i)))
    edges = make_edges(
        np.stack([reader.read(i).instance_ids for i in range(3)])
    )
    np.testing.assert_array_equal(batches[0]["edges"], edges)
    seeds = np.concatenate([b["noise_seed"] for b in batches])
    assert len(set(seeds.tolist())) == 7


def test_a_set_smaller_than_a_batch_is_refused(reader):
    with pytest.raises(ValueError, match="7 examples.*fewer than one batch"):
        make_training_dataset(reader, DataOptions(), 8, 0, **SIZE)


def test_faults_of_the_listing_are_raised_at_once(tmp_path):
    folder = makers.folder(tmp_path)
    (tmp_path / "labels" / "p4.png").unlink()
    reader = open_dataset("folder", folder)
    with pytest.raises(ValueError, match="photo without a label"):
        make_training_dataset(reader, DataOptions(), 2, 0, **SIZE)


def test_a_file_that_breaks_later_ends_the_iteration_in_words(tmp_path):
    folder = makers.folder(tmp_path)
    reader = open_dataset("folder", folder)
    ids = makers.label() + np.uint8(9)
    makers.save(tmp_path / "labels" / "p3.png", ids)
    with pytest.raises(tf.errors.OpError) as caught:
        _batches(reader, 4)
    error = pipeline.as_data_error(caught.value)
    assert isinstance(error, ValueError)
    assert str(error).startswith(str(tmp_path / "labels" / "p3.png") + ": ")
    assert "Traceback" not in str(error)
    other = RuntimeError("something else")
    assert pipeline.as_data_error(other) is other


def test_batches_are_split_between_devices(reader):
    devices = tf.config.list_logical_devices("CPU")
    strategy = tf.distribute.MirroredStrategy([d.name for d in devices[:1]])
    dataset = make_training_dataset(reader, DataOptions(), 4, 0, **SIZE)
    batch = next(iter(strategy.experimental_distribute_dataset(dataset)))
    assert batch["image"].shape == (4, 16, 24, 3)
