"""Pictures of a split, by tiny systems with random weights."""

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image

from tests.workdirs import randomize
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.data import catalog
from tf_semsynth.evaluation.synthesis import SplitSynthesis, seed_of
from tf_semsynth.systems import registry

IDENTITY = {"step": 1, "files": {"weights": "1"}}


def read_scenes(count):
    reader = catalog.open_dataset(
        "scenes", split="validation", image_height=64, image_width=64
    )
    reader.examples = reader.examples[:count]
    return reader


def build(name, num_classes, **fields):
    config = registry.get_config_class(name).tiny()
    fields = {**dataclasses.asdict(config), **fields}
    fields["num_classes"] = num_classes
    system = registry.build_system(
        name, ClassTable.default(num_classes), **fields
    )
    randomize(system)
    return system


@pytest.fixture(scope="module")
def system():
    """CC-FPSE with an encoder: it draws noise. Pictures of 64 x 64."""
    classes = read_scenes(1).classes.num_classes
    return build("cc_fpse", classes, use_encoder=True)


def make(system, reader, folder, **options):
    options = {"batch_size": 2, "show": False, **options}
    identity = options.pop("identity", IDENTITY)
    return SplitSynthesis(system, reader, folder, identity, **options)


def read(path):
    return np.asarray(Image.open(path)).astype(int)


def test_a_picture_depends_on_its_layout_its_name_and_the_seed(
    system, tmp_path
):
    reader = read_scenes(3)
    paths = make(system, reader, tmp_path, seed=5).write_pictures()
    assert list(paths) == reader.names
    for index, name in enumerate(reader.names):
        ids = reader.read(index).class_ids
        picture = Image.fromarray(ids.astype("int32"))
        ids = np.asarray(picture.resize((64, 64), Image.NEAREST))
        batch = {"class_ids": ids[None].astype("int32")}
        image = system.synthesize(batch, seed=[seed_of(name, 5)])
        expected = to_uint8(np.asarray(image))[0].astype(int)
        assert np.abs(read(paths[name]) - expected).max() <= 1
    assert len({seed_of(name, 5) for name in reader.names}) == 3
    assert seed_of("a", 5) != seed_of("a", 6)
    assert 0 <= seed_of("a") < 2**31


def test_pictures_are_kept_until_weights_or_seed_change(system, tmp_path):
    reader = read_scenes(2)
    paths = make(system, reader, tmp_path).write_pictures()
    first, second = paths.values()
    second.unlink()
    first.write_bytes(b"kept")
    make(system, reader, tmp_path).write_pictures()
    assert first.read_bytes() == b"kept" and second.is_file()
    for changes in (
        {"identity": {**IDENTITY, "step": 2}},
        {"identity": {**IDENTITY, "step": 2}, "seed": 1},
    ):
        make(system, reader, tmp_path, **changes).write_pictures()
        assert first.read_bytes() != b"kept"
        first.write_bytes(b"kept")


def test_the_posterior_is_the_encoded_photo(system, tmp_path):
    reader = read_scenes(1)
    paths = make(system, reader, tmp_path, latent="posterior").write_pictures()
    record = reader.read(0)
    batch = {"class_ids": record.class_ids[None]}
    latent = system.encode({"image": to_float(record.image[None])})
    image = system.synthesize(batch, latent=np.asarray(latent))
    expected = to_uint8(np.asarray(image))[0].astype(int)
    assert np.abs(read(paths[reader.names[0]]) - expected).max() <= 1


def test_samples_of_a_layout_differ(system, tmp_path):
    reader = read_scenes(4)
    samples = make(system, reader, tmp_path).write_samples(2, 3)
    assert list(samples) == [reader.names[0], reader.names[3]]
    images = [read(path) for path in samples[reader.names[3]]]
    assert len(images) == 3
    assert (images[0] != images[1]).any() and (images[1] != images[2]).any()


def test_instances_give_the_borders(tmp_path):
    reader = read_scenes(1)
    classes = reader.classes.num_classes
    spade = build(
        "spade",
        classes,
        use_edges=True,
        use_encoder=False,
        image_height=64,
        image_width=64,
    )
    paths = make(spade, reader, tmp_path).write_pictures()
    record = reader.read(0)
    batch = {"class_ids": record.class_ids[None]}
    if reader.has_instances:
        batch["edges"] = make_edges(record.instance_ids[None].astype("int32"))
    expected = to_uint8(np.asarray(spade.synthesize(batch)))[0].astype(int)
    assert np.abs(read(paths[reader.names[0]]) - expected).max() <= 1
    # Without noise, the seed changes nothing, and the pictures stay.
    note = tmp_path / "pictures" / "synthesis.json"
    assert json.loads(note.read_text())["seed"] is None
    with pytest.raises(ValueError, match="needs an encoder"):
        make(spade, reader, tmp_path, latent="posterior")


def test_another_number_of_classes_is_refused(system, tmp_path):
    reader = read_scenes(1)
    reader.classes = ClassTable.default(3)
    with pytest.raises(ValueError, match="3 classes, the system"):
        make(system, reader, tmp_path)
