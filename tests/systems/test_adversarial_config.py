"""The hyper-parameters that the systems of the SPADE family share."""

import dataclasses

import pytest

from tf_semsynth.systems.adversarial_config import AdversarialConfig
from tf_semsynth.systems.cc_fpse.config import Config as CcFpseConfig
from tf_semsynth.systems.spade.config import Config as SpadeConfig


@pytest.mark.parametrize("config_class", [CcFpseConfig, SpadeConfig])
def test_a_system_has_all_shared_fields_once(config_class):
    shared = [field.name for field in dataclasses.fields(AdversarialConfig)]
    own = [field.name for field in dataclasses.fields(config_class)]
    assert set(shared) <= set(own)
    assert len(own) == len(set(own))


def test_a_system_may_publish_another_default():
    assert SpadeConfig().lambda_feature_matching == 10.0
    assert CcFpseConfig().lambda_feature_matching == 20.0
    assert CcFpseConfig().use_encoder and not SpadeConfig().use_encoder


@pytest.mark.parametrize(
    "wrong",
    [{"num_classes": 0}, {"lambda_l1": -1.0}, {"gan_mode": "wasserstein"}],
)
def test_a_value_out_of_range_is_named(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"`{name}` must be"):
        AdversarialConfig(**wrong)
