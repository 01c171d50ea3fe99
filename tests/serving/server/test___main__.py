import pytest

from tf_semsynth_serving.server.__main__ import main


def test_help_tells_every_flag_and_limit(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    words = " ".join(capsys.readouterr().out.split())
    for expected in ("--model_dir", "4096 x 4096", "[67108864]", "[8500]"):
        assert expected in words


def test_a_missing_model_is_told_with_how_to_get_one(capsys):
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 2
    assert "scripts/demo.sh" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("flag", ["--colour=red", "--grpc_port=many"])
def test_wrong_flags_exit_with_2(flag):
    with pytest.raises(SystemExit) as end:
        main(["--model_dir=x", flag])
    assert end.value.code == 2


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--model_dir=nowhere"], "nowhere cannot be read"),
        (["--model_dir=x", "--max_rows=0"], "must be at least 1"),
    ],
)
def test_a_mistake_is_one_message(capsys, arguments, words):
    assert main(["--grpc_port=0", "--rest_port=0", *arguments]) == 1
    assert words in capsys.readouterr().err
