import numpy as np

from tests.training import painter
from tf_semsynth.systems.averages import averaged_weights, copy_averaged


def averaging_system():
    """A painter whose averages are all 0.5."""
    system = painter.build(ema_decay=0.9)
    for average in system.ema.averages:
        average.assign(0.5 + 0 * average)
    return system


def test_averages_stand_in_for_the_raw_weights_inside_alone():
    system = averaging_system()
    before = painter.values_of(system)
    with averaged_weights(system):
        for weight in system.generator.weights:
            np.testing.assert_array_equal(weight, np.full(weight.shape, 0.5))
    for value, other in zip(before, painter.values_of(system), strict=True):
        np.testing.assert_array_equal(value, other)


def test_without_averages_nothing_changes():
    system = painter.build()
    before = painter.values_of(system)
    with averaged_weights(system):
        inside = painter.values_of(system)
    for value, other in zip(before, inside, strict=True):
        np.testing.assert_array_equal(value, other)


def test_a_copy_has_the_averages_and_what_else_the_system_is():
    system = averaging_system()
    system.absent_networks = {"discriminator"}
    before = painter.values_of(system)
    copy = copy_averaged(system, name="twin")
    assert copy.config == system.config and copy.classes == system.classes
    assert copy.absent_networks == {"discriminator"}
    assert copy.name == "twin" and copy.ema is None
    for weight in copy.generator.weights:
        np.testing.assert_array_equal(weight, np.full(weight.shape, 0.5))
    for name in set(system.networks) - {"generator"}:
        pairs = zip(
            copy.networks[name].weights,
            system.networks[name].weights,
            strict=True,
        )
        for weight, other in pairs:
            np.testing.assert_array_equal(weight, other)
    for value, other in zip(before, painter.values_of(system), strict=True):
        np.testing.assert_array_equal(value, other)
