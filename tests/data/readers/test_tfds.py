"""TensorFlow Datasets: a small one is written here and read back."""

import numpy as np
import pytest

from tests.data import makers
from tf_semsynth.data.catalog import open_dataset
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.options import DataOptions

tfds = pytest.importorskip("tensorflow_datasets")


@pytest.fixture
def prepared(tmp_path):
    """Writes a data set in TFDS's own format; returns its folder."""

    def prepare(file_format):
        shape = (makers.H, makers.W)
        features = tfds.features.FeaturesDict(
            {
                "image": tfds.features.Image(shape=(*shape, 3)),
                "annotation": tfds.features.Image(shape=(*shape, 1)),
                "number": np.int64,
            }
        )
        rows = [
            (
                i,
                {
                    "image": makers.photo(i),
                    "annotation": makers.label(i)[..., None],
                    "number": i,
                },
            )
            for i in range(5)
        ]
        tfds.dataset_builders.store_as_tfds_dataset(
            name="tiny_streets",
            version="1.0.0",
            features=features,
            split_datasets={"train": rows, "validation": rows[:2]},
            data_dir=str(tmp_path),
            file_format=file_format,
        )
        (tmp_path / "classes.csv").write_text(makers.CLASSES)
        return tmp_path

    return prepare


def _options(folder, **values):
    return DataOptions(classes_csv=str(folder / "classes.csv"), **values)


@pytest.mark.parametrize("file_format", ["array_record", "tfrecord"])
def test_records_are_those_that_were_written(prepared, file_format):
    folder = prepared(file_format)
    reader = open_dataset("tfds:tiny_streets", folder, options=_options(folder))
    assert len(reader) == 5
    assert check_dataset(reader).faults == []
    photos = {makers.photo(i).tobytes(): makers.label(i) for i in range(5)}
    for index in range(5):
        record = reader.read(index)
        label = photos.pop(record.image.tobytes())
        np.testing.assert_array_equal(record.class_ids, label)
    validation = open_dataset(
        "tfds:tiny_streets", folder, "validation", options=_options(folder)
    )
    assert len(validation) == 2


def test_what_is_missing_is_told_in_words(prepared, tmp_path):
    folder = prepared("array_record")
    with pytest.raises(ValueError, match="--classes_csv=<file>"):
        open_dataset("tfds:tiny_streets", folder)
    with pytest.raises(ValueError, match="no split 'test'.*train, validation"):
        options = _options(folder)
        open_dataset("tfds:tiny_streets", folder, "test", options=options)
    with pytest.raises(ValueError, match="photo_2.*It has: .*annotation"):
        options = _options(folder, tfds_image="photo_2")
        open_dataset("tfds:tiny_streets", folder, options=options)
    with pytest.raises(ValueError, match="no data set 'no_such_set'"):
        open_dataset("tfds:no_such_set", folder)
    with pytest.raises(OSError, match="not prepared.*download_and_prepare"):
        open_dataset("tfds:scene_parse150", tmp_path)
