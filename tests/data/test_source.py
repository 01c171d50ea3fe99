"""Examples come at the system's size, the same with and without memory."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.faults import DataError
from tf_semsynth.data.options import DataOptions, make_plan
from tf_semsynth.data.randomness import generator
from tf_semsynth.data.source import ExampleSource

VARIANTS = {
    "crop": {},
    "no flip": {"flip": False},
    "larger": {"scale_jitter": 0.5},
    "colours": {"colour_jitter": 0.3, "preprocess_mode": "fixed"},
}


@pytest.fixture
def reader(tmp_path):
    return open_dataset("folder", makers.folder(tmp_path, instances=True))


def _source(reader, height=16, width=24, training=True, **values):
    options = DataOptions(**values)
    plan = make_plan(options, reader.defaults, height, width, training)
    return ExampleSource(reader, plan, options, use_edges=True)


@pytest.mark.parametrize("values", VARIANTS.values(), ids=VARIANTS)
def test_memory_changes_nothing(reader, values):
    forgetful = _source(reader, cache_megabytes=0, **values)
    keeping = _source(reader, cache_megabytes=10, **values)
    for epoch in range(3):
        for index in range(len(reader)):
            first = forgetful.for_training(index, generator(0, epoch, index))
            second = keeping.for_training(index, generator(0, epoch, index))
            for a, b in zip(first, second, strict=True):
                np.testing.assert_array_equal(a, b)
    assert not forgetful._cache and len(keeping._cache) == len(reader)


@pytest.mark.parametrize("values", VARIANTS.values(), ids=VARIANTS)
def test_every_draw_has_the_systems_size_and_types(reader, values):
    source = _source(reader, **values)
    for draw in range(8):
        example = source.for_training(0, generator(draw))
        assert example.class_ids.shape == (16, 24)
        assert example.class_ids.dtype == np.int32
        assert example.image.shape == (16, 24, 3)
        assert example.image.dtype == np.uint8
        assert set(np.unique(example.edges)) <= {0, 1}
        assert example.edges.any()


def test_crops_and_mirrors_vary_with_the_draw(reader):
    source = _source(reader)
    images = [source.for_training(0, generator(i)).image for i in range(12)]
    assert len({image.tobytes() for image in images}) > 6


def test_layout_and_photo_stay_together(tmp_path):
    """A photo that shows its own labels does so after every change."""
    folder = makers.folder(tmp_path, count=1)
    grey = makers.label(0) * 100
    makers.save(tmp_path / "images" / "p0.png", np.stack([grey] * 3, -1))
    source = _source(
        open_dataset("folder", folder), preprocess_mode="crop", width=16
    )
    for draw in range(8):
        example = source.for_training(0, generator(draw))
        np.testing.assert_array_equal(
            example.image[..., 0], example.class_ids * 100
        )


def test_evaluation_is_the_same_each_time(reader):
    source = _source(reader, training=False)
    first, second = source.for_evaluation(1), source.for_evaluation(1)
    np.testing.assert_array_equal(first.image, second.image)
    assert first.image.shape == (16, 24, 3)


@pytest.mark.parametrize("scale_jitter", [0.0, 0.5])
def test_a_mode_that_ends_with_another_size_is_refused_by_file(
    reader, scale_jitter
):
    source = _source(reader, preprocess_mode="none", scale_jitter=scale_jitter)
    with pytest.raises(DataError, match="p0.png.*comes to 32 x 32 pixels"):
        source.for_training(0, generator(0))


def test_memory_is_bounded(reader):
    source = _source(reader, height=160, width=240, cache_megabytes=1)
    for index in range(len(reader)):
        source.for_training(index, generator(index))
    # 183 x 274 pixels of 3 + 1 + 2 bytes each: three of them fit.
    assert len(source._cache) == 3


def test_what_a_crop_takes_from_outside_is_unknown_or_refused(tmp_path):
    folder = makers.folder(tmp_path)
    known = open_dataset("folder", folder)
    source = _source(known, 24, 16, preprocess_mode="crop")
    with pytest.raises(DataError, match="p0.png.*the crop of 16 x 24"):
        source.for_training(0, generator(0, 0, 0))
    with pytest.raises(DataError, match="p0.png.*the crop of 16 x 24"):
        source.for_evaluation(0)
    options = DataOptions(unknown_id=1)
    unknown = open_dataset("folder", folder, options=options)
    source = _source(unknown, 24, 16, preprocess_mode="crop")
    example = source.for_training(0, generator(0, 0, 0))
    assert (example.class_ids[makers.H :] == 1).all()
    assert (example.image[makers.H :] == 0).all()
    example = source.for_evaluation(0)
    np.testing.assert_array_equal(
        example.class_ids[: makers.H], makers.label(0)[:, 7:23]
    )
    assert (example.class_ids[makers.H :] == 1).all()
