import keras
import numpy as np
import pytest

import tf_semsynth as ss
from tests.training import painter
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.training.transfer import ClassRows, copy_weights


def table(*names, unknown_id=None):
    colours = ClassTable.default(len(names)).colours
    return ClassTable(names, colours, unknown_id)


def build(classes, seed, **fields):
    keras.utils.set_random_seed(seed)
    return ss.build_system(
        "painter", classes, num_classes=classes.num_classes, **fields
    )


def kernel_of(system):
    return keras.ops.convert_to_numpy(system.generator.paint.kernel)


def test_the_same_classes_are_copied_whole():
    classes = table("sky", "road", "car")
    source, target = build(classes, 0), build(classes, 1)
    words = []
    copy_weights(source, target, words.append)
    painter_weights = source.generator.get_weights()
    for expected, value in zip(
        painter_weights, target.generator.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(value, expected)
    assert words == [
        "All 3 classes are kept.",
        "generator: 2 of 2 variables kept.",
    ]


def test_rows_of_classes_with_equal_names_are_kept():
    source = build(table("sky", "road", "car"), 0)
    target = build(table("car", "tree", "sky", "lake"), 1)
    before = kernel_of(target)
    words = []
    copy_weights(source, target, words.append)
    old, new = kernel_of(source), kernel_of(target)
    np.testing.assert_array_equal(new[:, :, 0], old[:, :, 2])
    np.testing.assert_array_equal(new[:, :, 2], old[:, :, 0])
    np.testing.assert_array_equal(new[:, :, [1, 3]], before[:, :, [1, 3]])
    assert words[0] == (
        "Classes: 2 of 4 are kept, out of 3 there. New, at random: tree, lake."
    )


def test_the_same_number_of_other_classes_is_noticed():
    source = build(table("sky", "road", "car"), 0)
    target = build(table("road", "sky", "car"), 1)
    copy_weights(source, target, lambda words: None)
    old, new = kernel_of(source), kernel_of(target)
    np.testing.assert_array_equal(new, old[:, :, [1, 0, 2]])


def test_default_names_are_matched_by_id():
    source = build(ClassTable.default(3), 0)
    target = build(table("a", "b", "c", "d", "e"), 1)
    before = kernel_of(target)
    copy_weights(source, target, lambda words: None)
    old, new = kernel_of(source), kernel_of(target)
    np.testing.assert_array_equal(new[:, :, :3], old)
    np.testing.assert_array_equal(new[:, :, 3:], before[:, :, 3:])


def test_unknown_stays_unknown_under_another_name():
    source = build(table("void", "sky", unknown_id=0), 0)
    target = build(table("sky", "other", unknown_id=1), 1)
    assert ClassRows(source, target).pairs == [(0, 1), (1, 0)]


def test_edges_are_kept_behind_the_classes():
    source = build(table("sky", "road"), 0, use_edges=True)
    target = build(table("road", "sky", "car"), 1, use_edges=True)
    copy_weights(source, target, lambda words: None)
    old, new = kernel_of(source), kernel_of(target)
    np.testing.assert_array_equal(new[:, :, [1, 0, 3]], old)


def test_edges_may_come_and_go():
    with_edges = build(table("sky", "road"), 0, use_edges=True)
    without = build(table("sky", "road"), 1)
    copy_weights(with_edges, without, lambda words: None)
    old = kernel_of(with_edges)
    np.testing.assert_array_equal(kernel_of(without), old[:, :, :2])
    again = build(table("sky", "road"), 2, use_edges=True)
    before = kernel_of(again)
    copy_weights(without, again, lambda words: None)
    np.testing.assert_array_equal(kernel_of(again)[:, :, :2], old[:, :, :2])
    np.testing.assert_array_equal(kernel_of(again)[:, :, 2], before[:, :, 2])


def test_a_network_that_is_absent_starts_at_random():
    source, target = painter.build(seed=0), painter.build(seed=1)
    source.absent_networks = {"generator"}
    before = target.generator.get_weights()
    words = []
    copy_weights(source, target, words.append)
    assert words[1] == "generator: not there, starts at random."
    np.testing.assert_array_equal(target.generator.get_weights()[0], before[0])


def test_a_difference_beyond_the_classes_is_refused():
    source, target = painter.build(), painter.build(kernel_size=5)
    with pytest.raises(ValueError, match="paint/kernel|kernel is .*5, 5"):
        copy_weights(source, target)


def test_another_kind_of_system_is_refused():
    other = ss.build_system("spade", **_tiny("spade"))
    with pytest.raises(ValueError, match="SPADE do not fit Painter"):
        copy_weights(other, painter.build())


@pytest.mark.parametrize("name", ["cc_fpse", "spade"])
def test_real_systems_keep_all_that_does_not_depend_on_classes(name):
    """Spectral vectors of layout kernels move with their rows, too."""
    fields = {**_tiny(name), "use_encoder": False}
    keras.utils.set_random_seed(0)
    source = ss.build_system(name, **{**fields, "num_classes": 8})
    target = ss.build_system(name, **{**fields, "num_classes": 11})
    copy_weights(source, target, lambda words: None)
    num_resized = 0
    for network in source.networks:
        olds = source.networks[network].variables
        news = target.networks[network].variables
        for old, new in zip(olds, news, strict=True):
            old = keras.ops.convert_to_numpy(old)
            new = keras.ops.convert_to_numpy(new)
            if old.shape == new.shape:
                np.testing.assert_array_equal(new, old)
                continue
            num_resized += 1
            if old.ndim == 1:  # (taps * channels) of power iteration.
                old, new = old.reshape(9, -1), new.reshape(9, -1)
                old, new = old.T[None], new.T[None]
            axis = old.ndim - 2
            assert new.shape[axis] == old.shape[axis] + 3
            rest = old.shape[axis] - 8
            old, new = np.moveaxis(old, axis, 0), np.moveaxis(new, axis, 0)
            np.testing.assert_array_equal(new[:8], old[:8])
            np.testing.assert_array_equal(new[11:], old[8 : 8 + rest])
    assert num_resized > 2


def _tiny(name):
    import dataclasses

    from tf_semsynth.systems.registry import get_config_class

    return dataclasses.asdict(get_config_class(name).tiny())
