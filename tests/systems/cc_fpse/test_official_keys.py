from tf_semsynth.systems.cc_fpse import official_keys
from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.discriminator import PyramidDiscriminator
from tf_semsynth.systems.cc_fpse.generator import Generator


def test_every_variable_of_both_generators_has_one_rule():
    for fields in (
        {},
        {"size": "more", "use_encoder": False, "use_edges": True},
    ):
        generator = Generator(Config.tiny(**fields))
        generator.build()
        rules = official_keys.generator_rules(generator)
        _assert_one_rule_each(rules, generator)


def test_the_normal_generator_reads_the_published_keys():
    generator = Generator(Config.tiny())
    generator.build()
    keys = {rule.key for rule in official_keys.generator_rules(generator)}
    # 495 entries with the unused norms and the step counters (specification,
    # section 9.2): 7 x 3 unused norms of 5, 16 + 14 + 4 counters.
    assert len(keys) == 495 - 7 * 3 * 5 - (16 + 14 + 4)
    assert "G_middle_1.gen_se_weights2.2.bias" in keys
    assert "labeldec5.0.0.weight_orig" in keys


def test_every_variable_of_the_discriminator_has_one_rule():
    discriminator = PyramidDiscriminator(5, 2)
    discriminator.build((None, 64, 64, 3), (None, 64, 64))
    rules = official_keys.discriminator_rules(discriminator)
    _assert_one_rule_each(rules, discriminator)
    assert {"enc1.0.0.weight_v", "final4.0.0.weight_u"} <= {
        rule.key for rule in rules
    }


def _assert_one_rule_each(rules, network):
    ruled = [rule.variable.path for rule in rules]
    assert sorted(ruled) == sorted(v.path for v in network.variables)
    assert len({rule.key for rule in rules}) == len(rules)
