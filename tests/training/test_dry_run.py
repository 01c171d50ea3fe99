from tests.training.painter import H, W, build, make_batch
from tf_semsynth.training.dry_run import describe_cost


def test_parameters_and_shapes_are_those_of_the_system():
    system = build()
    words = describe_cost(system, make_batch(0))
    assert f"{system.generator.count_params():,}" in words
    assert "Multiply-adds" in words and "Memory" in words
    assert f"(4, {H}, {W}, 3)" in words


def test_nothing_is_learned():
    system = build()
    describe_cost(system, make_batch(0))
    assert int(system.train_steps) == 0
