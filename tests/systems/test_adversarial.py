import numpy as np
import pytest
from keras import ops

from tf_semsynth.backbones.vgg19 import Vgg19Features
from tf_semsynth.systems.cc_fpse.config import Config as CCFPSEConfig
from tf_semsynth.systems.cc_fpse.system import CCFPSE
from tf_semsynth.systems.spade.config import Config as SPADEConfig
from tf_semsynth.systems.spade.system import SPADE

rng = np.random.default_rng(0)
EPS = rng.normal(size=(2, 8)).astype("float32")


@pytest.fixture(scope="module")
def spade():
    return SPADE(SPADEConfig.tiny(use_encoder=True, lambda_l1=2.0))


def make_batch(side):
    return {
        "image": rng.uniform(-1, 1, (2, side, side, 3)).astype("float32"),
        "class_ids": rng.integers(0, 8, (2, side, side), dtype="int32"),
    }


def test_terms_are_named_and_weighted(spade):
    terms = spade.generator_terms(make_batch(32), {"latent": EPS}, False)
    assert set(terms) == {"adversarial", "feature_matching", "l1", "kl"}
    assert all(ops.shape(term) == () for term in terms.values())
    terms = spade.discriminator_terms(make_batch(32), {"latent": EPS}, False)
    assert set(terms) == {"fake", "real"}


def test_a_weight_of_zero_switches_a_term_off():
    system = SPADE(SPADEConfig.tiny(lambda_feature_matching=0.0))
    terms = system.generator_terms(make_batch(32), {}, False)
    assert set(terms) == {"adversarial"}


def test_the_kl_grows_with_the_official_batch_and_nothing_else():
    batch = make_batch(32)
    kl = {}
    for size in (None, 1, 6):
        system = SPADE(SPADEConfig.tiny(use_encoder=True, kl_batch_size=size))
        for variable in system.encoder.variables:
            variable.assign(ops.ones(variable.shape) * 0.01)
        terms = system.generator_terms(batch, {"latent": EPS}, False)
        kl[size] = float(terms["kl"])
    assert kl[6] == pytest.approx(6 * kl[1], rel=1e-5)
    assert kl[None] == pytest.approx(2 * kl[1], rel=1e-5)


def test_a_missing_vgg_is_named_with_the_remedies():
    system = SPADE(SPADEConfig.tiny(lambda_vgg=10.0))
    with pytest.raises(ValueError, match="--vgg_weights=<file>"):
        system.generator_terms(make_batch(32), {}, False)


def test_the_perceptual_network_is_no_part_of_the_system():
    system = SPADE(SPADEConfig.tiny(lambda_vgg=10.0))
    before = len(system.variables)
    system.vgg = Vgg19Features(width_divisor=16)
    terms = system.generator_terms(make_batch(32), {}, False)
    assert float(terms["vgg"]) > 0
    assert len(system.variables) == before


def test_feature_matching_is_divided_as_each_paper_does():
    ones = [ops.ones((1, 2, 2, 1))] * 4
    zeros = [ops.zeros((1, 2, 2, 1))] * 4
    cc_fpse = CCFPSE(CCFPSEConfig.tiny())
    assert float(cc_fpse.feature_matching(ones, zeros)) == 1.0
    spade = SPADE(SPADEConfig.tiny())
    assert float(spade.feature_matching([ones, ones], [zeros, zeros])) == 4.0


def test_the_schedule_counts_epochs():
    system = SPADE(SPADEConfig.tiny(constant_epochs=2, decay_epochs=4))
    with pytest.raises(ValueError, match="steps_per_epoch"):
        system.compile()
    system.compile(steps_per_epoch=10)
    optimizer = system.optimizers_by_phase["discriminator"]
    rates = []
    for step in (0, 29, 30, 49, 50, 60):
        optimizer.iterations.assign(step)
        rates.append(float(optimizer.learning_rate))
    expected = 4e-4 * np.array([1, 1, 0.75, 0.75, 0.25, 0])
    # Epochs 0 to 2 are whole; each later one loses a quarter.
    expected[3] = 4e-4 * 0.5
    np.testing.assert_allclose(rates, expected, rtol=1e-6)
