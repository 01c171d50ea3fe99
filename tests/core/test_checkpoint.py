import json
import shutil

import keras
import numpy as np
import pytest

from tf_semsynth.core import checkpoint


def make_roots(units=3):
    system = keras.Sequential([keras.layers.Dense(units)])
    system.build((None, 2))
    optimizer = keras.optimizers.Adam()
    optimizer.build(system.trainable_variables)
    step = keras.Variable(0, dtype="int64", trainable=False)
    return {"system": system, "generator_optimizer": optimizer, "step": step}


def values_of(roots):
    variables = roots["system"].variables
    variables = variables + roots["generator_optimizer"].variables
    return [keras.ops.convert_to_numpy(v) for v in [*variables, roots["step"]]]


def assert_equal_values(roots, others):
    pairs = zip(values_of(roots), values_of(others), strict=True)
    for expected, value in pairs:
        np.testing.assert_array_equal(value, expected)


def randomise(roots, seed):
    rng = np.random.default_rng(seed)
    optimizer = roots["generator_optimizer"]
    for variable in roots["system"].variables + optimizer.variables:
        values = 100 * rng.random(variable.shape)
        variable.assign(values.astype(variable.dtype))
    roots["step"].assign(seed)


def save(tmp_path, roots, step, **options):
    return checkpoint.save(str(tmp_path), step, roots, ["generator"], **options)


def test_everything_comes_back(tmp_path):
    roots = make_roots()
    randomise(roots, 7)
    path = save(tmp_path, roots, 7)
    assert path == str(tmp_path / "step_00000007")
    others = make_roots()
    loaded = checkpoint.restore(path, others)
    assert set(loaded) == set(roots)
    assert_equal_values(roots, others)


class Nested(keras.Model):
    """Keeps its layers where TensorFlow's own tracking does not look."""

    def __init__(self):
        super().__init__()
        self.blocks = [[keras.layers.Dense(2)], [keras.layers.Dense(2)]]
        self.heads = {"a": keras.layers.Dense(3)}

    def build(self, shape):
        for layer in (*sum(self.blocks, []), self.heads["a"]):
            layer.build(shape)


def test_layers_in_lists_and_dictionaries_come_back(tmp_path):
    networks = {"generator": Nested(), "discriminator": Nested()}
    for network in networks.values():
        network.build((None, 2))
    path = save(tmp_path, {"system": networks}, 1)
    others = {"generator": Nested(), "discriminator": Nested()}
    for network in others.values():
        network.build((None, 2))
    checkpoint.restore(path, {"system": others})
    for name, network in networks.items():
        assert len(network.weights) == 6
        for a, b in zip(network.weights, others[name].weights, strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_manifest_tells_what_is_inside(tmp_path):
    path = save(tmp_path, make_roots(), 12)
    info = checkpoint.newest_valid(str(tmp_path))
    assert info.path == path
    assert info.step == 12
    assert info.roots == ("generator_optimizer", "step", "system")
    assert info.networks == ("generator",)
    manifest = json.loads(
        (tmp_path / "step_00000012/manifest.json").read_text()
    )
    files = {p.name for p in (tmp_path / "step_00000012").iterdir()}
    assert set(manifest["files"]) == files - {"manifest.json"}


def test_the_last_few_are_kept(tmp_path):
    roots = make_roots()
    for step in (1, 2, 3, 10):
        save(tmp_path, roots, step, keep=2)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["step_00000003", "step_00000010"]


def test_the_same_step_is_replaced(tmp_path):
    roots = make_roots()
    save(tmp_path, roots, 1)
    randomise(roots, 1)
    path = save(tmp_path, roots, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["step_00000001"]
    others = make_roots()
    checkpoint.restore(path, others)
    assert_equal_values(roots, others)


def test_without_any_checkpoint_there_is_none(tmp_path):
    assert checkpoint.newest_valid(str(tmp_path)) is None
    assert checkpoint.newest_valid(str(tmp_path / "missing")) is None


def flip_a_byte(folder):
    path = next(folder.glob("weights.data*"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(folder):
    path = next(folder.glob("weights.data*"))
    path.write_bytes(path.read_bytes()[:-1])


def remove_the_index(folder):
    (folder / "weights.index").unlink()


def remove_the_manifest(folder):
    (folder / "manifest.json").unlink()


def cut_the_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:-20])


@pytest.mark.parametrize(
    "damage, word",
    [
        (flip_a_byte, "changed"),
        (truncate, "bytes"),
        (remove_the_index, "weights.index is missing"),
        (remove_the_manifest, "manifest.json is missing"),
        (cut_the_manifest, "damaged"),
    ],
)
def test_a_damaged_one_is_reported_and_passed_over(tmp_path, damage, word):
    roots = make_roots()
    for step in (1, 2):
        save(tmp_path, roots, step)
    damage(tmp_path / "step_00000002")
    reports = []
    info = checkpoint.newest_valid(str(tmp_path), reports.append)
    assert info.step == 1
    assert len(reports) == 1
    assert "step_00000002" in reports[0] and word in reports[0]


def test_only_damaged_ones_are_an_error(tmp_path):
    save(tmp_path, make_roots(), 1)
    remove_the_index(tmp_path / "step_00000001")
    words = "step_00000001 is damaged: weights.index"
    with pytest.raises(ValueError, match=words):
        checkpoint.newest_valid(str(tmp_path), lambda words: None)


def test_unfinished_ones_do_not_count_and_are_removed(tmp_path):
    roots = make_roots()
    path = save(tmp_path, roots, 1)
    shutil.copytree(path, tmp_path / ".tmp-0a1b2c3d-step_00000005")
    assert checkpoint.newest_valid(str(tmp_path)).step == 1
    save(tmp_path, roots, 2)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["step_00000001", "step_00000002"]


def test_one_root_can_be_loaded_alone(tmp_path):
    roots = make_roots()
    randomise(roots, 3)
    path = save(tmp_path, roots, 3)
    system = make_roots()["system"]
    assert checkpoint.restore(path, {"system": system}) == ("system",)
    np.testing.assert_array_equal(
        system.get_weights()[0], roots["system"].get_weights()[0]
    )


def test_an_optional_root_may_be_missing(tmp_path):
    roots = make_roots()
    path = save(tmp_path, roots, 3)
    others = {**make_roots(), "ema": make_roots()["system"]}
    loaded = checkpoint.restore(path, others, required=["system"])
    assert set(loaded) == set(roots)
    with pytest.raises(ValueError, match="has no ema. It holds: generator_"):
        checkpoint.restore(path, others)


def test_variables_that_do_not_fit_are_an_error(tmp_path):
    path = save(tmp_path, make_roots(units=3), 3)
    with pytest.raises(ValueError, match="does not fit the model"):
        checkpoint.restore(path, make_roots(units=4))


def test_values_that_find_no_variable_are_an_error(tmp_path):
    path = save(tmp_path, make_roots(), 3)
    roots = make_roots()
    roots["generator_optimizer"] = keras.optimizers.SGD()  # No moments.
    with pytest.raises(ValueError, match="does not fit the model"):
        checkpoint.restore(path, roots)


def test_variables_that_find_no_value_are_an_error(tmp_path):
    system = make_roots()["system"]
    path = save(tmp_path, {"system": system}, 3)
    bigger = keras.Sequential([system.layers[0], keras.layers.Dense(2)])
    bigger.build((None, 2))
    with pytest.raises(ValueError, match="does not fit the model"):
        checkpoint.restore(path, {"system": bigger})


def test_other_workers_leave_nothing(tmp_path):
    assert save(tmp_path, make_roots(), 1, is_chief=False) is None
    assert list(tmp_path.iterdir()) == []


def test_numbers_out_of_range_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`step` must be"):
        save(tmp_path, make_roots(), 10**8)
    with pytest.raises(ValueError, match="`keep` must be"):
        save(tmp_path, make_roots(), 1, keep=0)
