"""Pictures of perturbed layouts, with tiny systems and procedural scenes."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.test_synthesis import build, make, read, read_scenes
from tf_semsynth.evaluation.perturbation import perturb
from tf_semsynth.evaluation.robustness import (
    PerturbedPictures,
    PerturbedReader,
    describe_robustness,
    make_perturbed,
)
from tf_semsynth.evaluation.synthesis import seed_of

KINDS = ["borders", "classes"]


@pytest.fixture(scope="module")
def system():
    classes = read_scenes(1).classes.num_classes
    return build("cc_fpse", classes, use_encoder=True)


def make_all(system, reader, folder, seed=0, kinds=KINDS):
    def make_synthesis(reader, folder, identity):
        return make(system, reader, folder, identity=identity, seed=seed)

    return make_perturbed(
        kinds, reader, make_synthesis, folder, seed, show=False
    )


def test_instances_move_with_their_layouts():
    reader = read_scenes(2)
    for kind in ("borders", "objects", "classes"):
        perturbed = PerturbedReader(reader, kind, seed=3)
        before, after = reader.read(1), perturbed.read(1)
        expected = perturb(
            kind,
            before.class_ids,
            reader.names[1],
            3,
            reader.classes.unknown_id,
        )
        np.testing.assert_array_equal(after.class_ids, expected.class_ids)
        np.testing.assert_array_equal(
            after.instance_ids,
            before.instance_ids[expected.rows, expected.columns],
        )
        np.testing.assert_array_equal(after.image, before.image)
    assert len(perturbed) == 2 and perturbed.names == reader.names


def test_pictures_are_those_of_perturbed_layouts(system, tmp_path):
    reader = read_scenes(3)
    made = make_all(system, reader, tmp_path)
    assert list(made) == KINDS
    for kind, pictures in made.items():
        changed = []
        for index, name in enumerate(reader.names):
            ids = reader.read(index).class_ids
            wrong = perturb(
                kind, ids, name, 0, reader.classes.unknown_id
            ).class_ids
            changed.append((wrong != ids).mean())
            # The noise is that of the layout as it was.
            image = system.synthesize(
                {"class_ids": wrong[None].astype("int32")},
                seed=[seed_of(name, 0)],
            )
            pixels = (np.asarray(image)[0] + 1) / 2 * 255
            assert np.abs(read(pictures.images[name]) - pixels).max() <= 2
        assert pictures.changed == pytest.approx(np.mean(changed))
        shown = Image.open(tmp_path / "perturbed" / kind / "layouts.png")
        assert shown.size == (960, 3 * 480)  # Two of 64 x 64 in a row.


def test_pictures_are_kept_until_the_seed_changes(system, tmp_path):
    reader = read_scenes(2)
    first = make_all(system, reader, tmp_path, kinds=["classes"])["classes"]
    path = next(iter(first.images.values()))
    path.write_bytes(b"kept")
    done = tmp_path / "perturbed" / "classes" / "layouts.json"
    about = json.loads(done.read_text())
    done.write_text(json.dumps({**about, "changed": 0.5}))
    again = make_all(system, reader, tmp_path, kinds=["classes"])["classes"]
    assert path.read_bytes() == b"kept" and again.changed == 0.5
    other = make_all(system, reader, tmp_path, 1, ["classes"])["classes"]
    assert path.read_bytes() != b"kept" and other.changed != 0.5


def test_each_perturbation_is_scored():
    seen = []

    def score(pictures, what):
        seen.append((pictures.keys, pictures.size, what))
        return {"mean_iou": 0.25}

    perturbed = {"borders": PerturbedPictures({"a": "a.png"}, 0.125)}
    found = describe_robustness(perturbed, score, (8, 6))
    assert seen == [(["a"], (8, 6), "perturbed borders")]
    assert found["borders"]["scores"] == {"mean_iou": 0.25}
    assert found["borders"]["changed_pixels"] == 0.125
    assert "3% of the shorter side" in found["borders"]["meaning"]
    assert describe_robustness(None, score, (8, 6)) == {}
