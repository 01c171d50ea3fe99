"""Pictures from layouts and noise, on a small SPADE with an encoder."""

import dataclasses

import numpy as np
import pytest

import tf_semsynth as ss
from tests.workdirs import randomize
from tf_semsynth.core.edges import make_edges
from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.synthesis import PreparedLayout

H, W, K, Z = 32, 64, 4, 8


def build(**fields):
    config = Config.tiny(num_classes=K, image_height=H, image_width=W, **fields)
    system = ss.build_system("spade", **dataclasses.asdict(config))
    randomize(system)
    return system


@pytest.fixture(scope="module")
def system():
    return build(use_encoder=True, use_edges=True)


@pytest.fixture(scope="module")
def without_noise():
    return build(use_encoder=False)


@pytest.fixture
def class_ids():
    return np.random.default_rng(0).integers(0, K, (3, H, W), dtype="int32")


def test_a_picture_is_float32_between_minus_one_and_one(system, class_ids):
    image = np.asarray(system.synthesize({"class_ids": class_ids}, [1, 2, 3]))
    assert image.shape == (3, H, W, 3) and image.dtype == np.float32
    assert np.abs(image).max() <= 1 and image.std() > 0.01


def test_a_row_depends_on_its_own_seed_and_layout_alone(system, class_ids):
    three = system.synthesize({"class_ids": class_ids}, seed=[5, 6, 7])
    one = system.synthesize({"class_ids": class_ids[1:2]}, seed=[6])
    np.testing.assert_allclose(three[1], one[0], atol=1e-5)
    other = system.synthesize({"class_ids": class_ids[1:2]}, seed=[7])
    assert np.abs(np.subtract(other, one)).max() > 1e-3


def test_the_seed_is_a_way_to_give_the_latent(system, class_ids):
    seeds = [3, 2**40, -1]
    latent = system.draw_noise(np.array(seeds, "int64"))["latent"]
    assert latent.shape == (3, Z)
    np.testing.assert_allclose(
        system.synthesize({"class_ids": class_ids}, latent=latent),
        system.synthesize({"class_ids": class_ids}, seed=seeds),
        atol=1e-6,
    )


def test_phases_draw_different_noise_from_one_seed(system):
    seed = np.array([1, 2], "int64")
    draws = [np.asarray(system.draw_noise(seed, i)["latent"]) for i in range(3)]
    assert np.abs(draws[0] - draws[1]).max() > 0.1
    assert np.abs(draws[1] - draws[2]).max() > 0.1


def test_a_prepared_layout_serves_any_number_of_seeds(system, class_ids):
    prepared = system.prepare_layout({"class_ids": class_ids[:1]})
    assert isinstance(prepared, PreparedLayout) and prepared.batch_size == 1
    images = system.synthesize(prepared, seed=[1, 2, 3, 4])
    assert images.shape == (4, H, W, 3)
    alone = system.synthesize({"class_ids": class_ids[:1]}, seed=[3])
    np.testing.assert_allclose(images[2], alone[0], atol=1e-5)


def test_missing_edges_are_those_of_the_classes(system, class_ids):
    edges = np.asarray(make_edges(class_ids))
    made = system.synthesize({"class_ids": class_ids}, seed=[1, 2, 3])
    given = system.synthesize(
        {"class_ids": class_ids, "edges": edges}, seed=[1, 2, 3]
    )
    np.testing.assert_allclose(made, given, atol=1e-6)
    none = system.synthesize(
        {"class_ids": class_ids, "edges": 0 * edges}, seed=[1, 2, 3]
    )
    assert np.abs(np.subtract(none, made)).max() > 1e-3


def test_without_noise_a_seed_changes_nothing(without_noise, class_ids):
    assert not without_noise.uses_noise
    batch = {"class_ids": class_ids}
    np.testing.assert_array_equal(
        without_noise.synthesize(batch),
        without_noise.synthesize(batch, seed=[1, 2, 3]),
    )


def test_a_reference_picture_gives_a_latent(system, class_ids):
    picture = np.random.default_rng(1).uniform(-1, 1, (3, 40, 20, 3))
    latent = system.encode({"image": picture.astype("float32")})
    assert latent.shape == (3, Z)
    image = system.synthesize({"class_ids": class_ids}, latent=latent)
    assert np.isfinite(image).all()


def test_calling_the_system_is_a_forward_pass_with_the_batchs_seeds(
    system, class_ids
):
    batch = {"class_ids": class_ids, "noise_seed": np.array([4, 5, 6])}
    np.testing.assert_allclose(
        system(batch), system.synthesize(batch, seed=[4, 5, 6]), atol=1e-5
    )


def test_noise_that_is_missing_is_asked_for(system, class_ids):
    with pytest.raises(ValueError, match="give `seed`"):
        system.synthesize({"class_ids": class_ids})


def test_one_seed_a_layout_is_asked_for(system, class_ids):
    with pytest.raises(ValueError, match="2 for 3 layouts"):
        system.synthesize({"class_ids": class_ids}, seed=[1, 2])


def test_a_latent_of_another_length_is_refused(system, class_ids):
    with pytest.raises(ValueError, match=r"shape \(B, 8\)"):
        system.synthesize({"class_ids": class_ids}, latent=np.zeros((3, 9)))


def test_a_layout_of_another_size_is_refused_with_the_remedy(system, class_ids):
    with pytest.raises(ValueError, match="32 x 64 .* nearest"):
        system.synthesize({"class_ids": class_ids[:, :, :32]}, seed=[1, 2, 3])


def test_an_id_out_of_range_is_refused(system, class_ids):
    with pytest.raises(ValueError, match=f"from 0 to {K - 1}"):
        system.prepare_layout({"class_ids": class_ids + 1})


def test_encoding_without_an_encoder_is_refused(without_noise):
    with pytest.raises(ValueError, match="use_encoder=True"):
        without_noise.encode({"image": np.zeros((1, H, W, 3), "float32")})
