"""Every door of a system checks what comes in."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_semsynth as ss
from tests.training import painter
from tests.training.painter import H, K, W

ERRORS = (ValueError, tf.errors.InvalidArgumentError)


@pytest.fixture(scope="module")
def system():
    return painter.build()


@pytest.fixture
def batch():
    return painter.make_batch(0)


def dataset(batch):
    return tf.data.Dataset.from_tensor_slices(batch).batch(2)


LAYOUT_DOORS = {
    "synthesize": lambda system, ids: system.synthesize(ids),
    "synthesize in tf.data": lambda system, ids: next(
        iter(tf.data.Dataset.from_tensors(ids).map(system.synthesize))
    ),
    "call": lambda system, ids: system(ids),
    "call in a graph": lambda system, ids: tf.function(system)(ids),
    "predict": lambda system, ids: system.predict(ids, verbose=0),
    "predict a data set": lambda system, ids: system.predict(
        dataset(ids), verbose=0
    ),
    "predict_on_batch": lambda system, ids: system.predict_on_batch(ids),
}
BATCH_DOORS = {
    "fit": lambda system, batch: system.fit(batch, batch_size=2, verbose=0),
    "fit a data set": lambda system, batch: system.fit(
        dataset(batch), verbose=0
    ),
    "evaluate": lambda system, batch: system.evaluate(
        batch, batch_size=2, verbose=0
    ),
    "train_on_batch": lambda system, batch: system.train_on_batch(batch),
    "test_on_batch": lambda system, batch: system.test_on_batch(batch),
    "train_step": lambda system, batch: tf.function(system.train_step)(batch),
}


@pytest.mark.parametrize("bad", [K, 255, -1])
@pytest.mark.parametrize("door", [*LAYOUT_DOORS, *BATCH_DOORS])
def test_ids_out_of_range_are_refused(system, batch, door, bad):
    batch["class_ids"][:, 0, 0] = 0
    batch["class_ids"][:, 1::2, 1::2] = bad
    with pytest.raises(ERRORS, match="`class_ids` must be from 0 to 2") as info:
        if door in LAYOUT_DOORS:
            ids = {"class_ids": batch["class_ids"]}
            LAYOUT_DOORS[door](system, ids)
        else:
            BATCH_DOORS[door](system, batch)
    assert str(bad) in str(info.value)


@pytest.mark.parametrize("door", BATCH_DOORS)
def test_pictures_of_bytes_are_refused(system, batch, door):
    batch["image"] = (batch["image"] + 1) * 127.5
    with pytest.raises(ERRORS, match="`image` must be from -1 to 1"):
        BATCH_DOORS[door](system, batch)


@pytest.mark.parametrize("door", ["train_step", "fit"])
def test_two_devices_check_their_parts(door):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    system = painter.build(strategy)
    batch = painter.make_batch(0)
    batch["class_ids"][-1, -1, -1] = K  # The second device has it.
    with pytest.raises(tf.errors.InvalidArgumentError, match="from 0 to 2"):
        if door == "fit":
            system.fit(batch, batch_size=4, shuffle=False, verbose=0)
        else:
            data = tf.data.Dataset.from_tensors(batch).unbatch().batch(4)
            data = strategy.experimental_distribute_dataset(data)
            step = tf.function(
                lambda part: strategy.run(system.train_step, (part,))
            )
            step(next(iter(data)))


@pytest.mark.parametrize("door", LAYOUT_DOORS)
def test_layouts_of_another_size_are_refused(system, door):
    ids = np.zeros((2, H, W + 1), "int32")
    with pytest.raises(ERRORS, match=f"{H} x {W} pixels"):
        LAYOUT_DOORS[door](system, {"class_ids": ids})


def test_unknown_sizes_are_checked_when_they_are_known(system, batch):
    ids = batch["class_ids"]
    spec = tf.TensorSpec((None, None, None), tf.int32)

    def pictures(ids):
        data = tf.data.Dataset.from_generator(
            lambda: iter([ids]), output_signature=spec
        )
        data = data.map(lambda ids: system.synthesize({"class_ids": ids}))
        return next(iter(data))

    expected = system.synthesize({"class_ids": ids})
    np.testing.assert_allclose(pictures(ids), expected, atol=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match="8 x 12 pixels"):
        pictures(ids[:, 1:])


def test_data_without_a_shape_name_the_remedy(system, batch):
    def read(ids, image):
        ids, image = tf.numpy_function(
            lambda *x: x, [ids, image], [tf.int32, tf.float32]
        )
        return {"class_ids": ids, "image": image}

    data = tf.data.Dataset.from_tensor_slices(
        (batch["class_ids"], batch["image"])
    )
    with pytest.raises(ValueError, match=r"set_shape\(\(H, W\)\)"):
        system.fit(data.map(read).batch(2), verbose=0)


def test_a_generator_within_a_model_of_the_users_checks_too():
    spade = ss.build_system(
        "spade",
        num_classes=5,
        image_height=32,
        image_width=32,
        generator_filters=2,
        discriminator_filters=2,
        hidden_filters=2,
        lambda_vgg=0.0,
    )
    ids = keras.Input((32, 32), dtype="int32", name="class_ids")
    model = keras.Model({"class_ids": ids}, spade.generator({"class_ids": ids}))
    good = np.zeros((1, 32, 32), "int32")
    image = model.predict({"class_ids": good}, verbose=0)
    expected = spade.synthesize({"class_ids": good})
    np.testing.assert_allclose(image, expected, atol=1e-5)
    for call in (model, lambda ids: model.predict(ids, verbose=0)):
        with pytest.raises(ERRORS, match="from 0 to 4"):
            call({"class_ids": good + 5})


def test_a_policy_of_float16_is_refused_when_a_system_is_built():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        with pytest.raises(ValueError, match="mixed_bfloat16"):
            ss.build_system("painter")
    finally:
        keras.config.set_dtype_policy("float32")
    with pytest.raises(ValueError, match="mixed_float16"):
        ss.build_system("painter", dtype="mixed_float16")


def test_a_dtype_reaches_every_layer_and_not_the_next_system():
    system = ss.build_system("painter", dtype="mixed_bfloat16")
    assert system.generator.paint.compute_dtype == "bfloat16"
    assert system.generator.paint.kernel.dtype == "float32"
    other = ss.build_system("painter")
    assert other.generator.paint.compute_dtype == "float32"


def test_a_preset_takes_a_dtype_and_may_leave_its_weights(system, tmp_path):
    system.save_to_preset(tmp_path)
    loaded = ss.System.from_preset(tmp_path, dtype="mixed_bfloat16")
    assert loaded.generator.paint.compute_dtype == "bfloat16"
    kernel = system.generator.paint.kernel
    np.testing.assert_array_equal(loaded.generator.paint.kernel, kernel)
    empty = ss.System.from_preset(tmp_path, load_weights=False)
    assert empty.generator.paint.compute_dtype == "float32"
    assert np.abs(empty.generator.paint.kernel - kernel).max() > 0


def test_a_system_that_is_not_compiled_leaves_xla_off():
    system = ss.build_system("painter")
    assert system.jit_compile is False
    ids = np.full((1, H, W), K, "int32")
    with pytest.raises(ERRORS, match="from 0 to 2"):
        system.predict({"class_ids": ids}, verbose=0)
