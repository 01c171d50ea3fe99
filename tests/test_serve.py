import sys

import pytest

from tf_semsynth import serve
from tf_semsynth.core import command
from tf_semsynth_serving.server import Options, running


def execute(*arguments):
    return command.execute(serve.main, serve.define_flags, arguments)


def test_flags_become_the_servers_options(monkeypatch):
    seen = []
    monkeypatch.setattr(running, "run", seen.append)
    assert execute("--model_dir=m", "--rest_port=9", "--batch_timeout=5") == 0
    assert seen == [Options(model_dir="m", rest_port=9, batch_timeout=5)]


def test_without_a_model_it_says_how_to_get_one(capsys):
    assert execute() == 2
    assert "scripts/demo.sh" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["--model_dir=nowhere"], 1, "nowhere cannot be read"),
        (["--model_dir=m", "--versions=x"], 1, "--versions must be latest"),
        (["--colour=red"], 2, "colour"),
        (["--rest_port=many"], 2, "rest_port"),
    ],
)
def test_mistakes_are_one_message(capsys, arguments, code, words):
    free_ports = ["--grpc_port=0", "--rest_port=0"]
    assert execute(*free_ports, *arguments) == code
    assert words in capsys.readouterr().err


def test_without_the_distribution_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf_semsynth_serving", None)
    assert execute("--model_dir=m") == 1
    assert "pip install -e './serving[server]'" in capsys.readouterr().err
