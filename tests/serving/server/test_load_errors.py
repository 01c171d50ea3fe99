import tensorflow as tf

from tf_semsynth_serving.server.load_errors import describe_failure


def test_a_folder_without_a_graph_is_not_found(tmp_path):
    code, words = describe_failure(str(tmp_path), OSError("x"))
    assert code == "NOT_FOUND" and "Is it still being copied?" in words


def test_other_failures_keep_code_and_words(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    error = tf.errors.OutOfRangeError(None, None, "Read\n  less [[{{node a}}]]")
    assert describe_failure(str(tmp_path), error) == ("OUT_OF_RANGE", "Read")
    error = OSError("Cannot parse\nfile")
    expected = ("DATA_LOSS", "Cannot parse file")
    assert describe_failure(str(tmp_path), error) == expected
