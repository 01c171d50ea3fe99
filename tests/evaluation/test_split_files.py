"""Label and photo files of a split."""

import numpy as np
from PIL import Image

from tests.evaluation.test_synthesis import read_scenes
from tf_semsynth.evaluation.split_files import find_split

IDENTITY = {"step": 1, "files": {"weights": "1"}}


def read(path):
    return np.asarray(Image.open(path)).astype(int)


def test_data_sets_without_files_get_some(tmp_path):
    reader = read_scenes(2)
    split = find_split(reader, tmp_path, show=False)
    for index, name in enumerate(reader.names):
        record = reader.read(index)
        label = read(split.labels[name])
        np.testing.assert_array_equal(label, record.class_ids)
        np.testing.assert_array_equal(read(split.photos[name]), record.image)
    split.labels[reader.names[0]].write_bytes(b"kept")
    find_split(reader, tmp_path, show=False)
    assert split.labels[reader.names[0]].read_bytes() == b"kept"
