import dataclasses

import pytest

from tf_semsynth_serving.server.options import Options


def test_the_name_is_that_of_the_folder_unless_told():
    assert Options(model_dir="exports/cc_fpse").name() == "cc_fpse"
    assert Options(model_dir="exports/cc_fpse/").name() == "cc_fpse"
    assert Options(model_dir="a", model_name="b").name() == "b"


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"grpc_port": -1}, "--grpc_port must be at least 0. Received: -1"),
        ({"rest_port": 65536}, "--rest_port must be at most 65535"),
        ({"max_batch_size": 0}, "--max_batch_size must be at least 1"),
        ({"poll_seconds": 0}, "--poll_seconds must be at least 0.01"),
        ({"rest_timeout": float("nan")}, "--rest_timeout must be at least"),
        ({"versions": "newest"}, "latest, all, or whole numbers"),
        ({"versions": "1,"}, "Received: '1,'"),
        ({"version_labels": "stable"}, "such as stable=1,canary=2"),
        ({"version_labels": "a/b=1"}, "Received: 'a/b=1'"),
        ({"tls_key": "key.pem"}, "TLS needs both"),
        ({"model_dir": "m", "model_name": "a/b"}, "'a/b'. --model_name names"),
        ({"model_dir": "a:b"}, "nor contain / or :"),
        ({"model_dir": "/"}, "must not be empty"),
    ],
)
def test_impossible_values_are_refused(fields, words):
    with pytest.raises(ValueError) as refusal:
        Options(**fields)
    assert words in str(refusal.value)


def test_versions_and_labels_are_read():
    assert Options().served_versions() == "latest"
    assert Options(versions="all").served_versions() == "all"
    assert Options(versions="3,12").served_versions() == {3, 12}
    assert Options().labels() == {}
    labels = Options(version_labels="stable=1,canary=2").labels()
    assert labels == {"stable": 1, "canary": 2}


def test_every_option_has_a_help_text():
    for field in dataclasses.fields(Options):
        assert field.metadata["help"], field.name
