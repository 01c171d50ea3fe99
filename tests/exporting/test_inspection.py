"""Looking into SavedModels without running them."""

import pytest
import tensorflow as tf

from tf_semsynth.exporting.inspection import format_parts, inspect_saved_model


def save(path, function):
    module = tf.Module()
    module.function = function
    spec = tf.TensorSpec((None,), tf.float32, name="x")
    concrete = function.get_concrete_function(spec)
    tf.saved_model.save(module, str(path), {"serving_default": concrete})
    return str(path)


def report(directory):
    return format_parts(directory, inspect_saved_model(directory))


def test_a_plain_model_is_listed_and_nothing_is_flagged(tmp_path):
    directory = save(tmp_path, tf.function(lambda x: {"y": x * 2 + 1}))
    text = report(directory)
    assert "signature serving_default" in text
    assert "input x: float32 (None,)" in text
    assert "output y: float32 (None,)" in text
    assert "Mul" in text
    assert "Nothing flagged" in text


def test_a_model_that_writes_a_file_is_flagged_and_not_run(tmp_path):
    target = tmp_path / "written"

    def write(x):
        tf.io.write_file(str(target), "stolen")
        return {"y": x}

    directory = save(tmp_path / "model", tf.function(write))
    text = report(directory)
    assert "FLAGGED file: WriteFile x1 in signature serving_default" in text
    assert not target.exists()


def test_operations_inside_branches_and_loops_are_found(tmp_path):
    def read(x):
        def body(row):
            return tf.cond(
                row > 0,
                lambda: tf.strings.length(tf.io.read_file("/etc/hostname")),
                lambda: 0,
            )

        return {"y": tf.map_fn(body, x, fn_output_signature=tf.int32)}

    text = report(save(tmp_path, tf.function(read)))
    assert "FLAGGED file: ReadFile x1" in text


def test_python_functions_are_flagged(tmp_path):
    def call(x):
        return {"y": tf.numpy_function(lambda v: v, [x], tf.float32)}

    assert "FLAGGED python: PyFunc" in report(save(tmp_path, tf.function(call)))


def test_the_mark_of_xla_is_flagged(tmp_path):
    inner = tf.function(lambda x: x + 1, jit_compile=True)
    directory = save(tmp_path, tf.function(lambda x: {"y": inner(x)}))
    assert "FLAGGED xla" in report(directory)


def test_functions_beside_the_signatures_are_listed(tmp_path):
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec((), tf.string)])
    def hidden(name):
        return tf.io.read_file(name)

    module.hidden = hidden
    main = tf.function(lambda x: {"y": x + 1})
    spec = tf.TensorSpec((None,), tf.float32, name="x")
    tf.saved_model.save(
        module,
        str(tmp_path),
        {"serving_default": main.get_concrete_function(spec)},
    )
    text = report(str(tmp_path))
    assert "FLAGGED file: ReadFile x1 in reached by no signature" in text


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(OSError, match="no saved_model.pb"):
        inspect_saved_model(str(tmp_path))


def test_a_damaged_model_is_named(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\xff" * 100)
    with pytest.raises(ValueError, match="damaged"):
        inspect_saved_model(str(tmp_path))


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(ValueError, match="empty"):
        inspect_saved_model(str(tmp_path))
