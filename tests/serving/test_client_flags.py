"""The flags: their help, their values, and the page about them."""

import re
from pathlib import Path

import pytest

from tf_semsynth_serving.client_flags import (
    check_flags,
    find_seeds,
    make_parser,
)


def parse(*flags):
    return make_parser().parse_args(flags)


def test_seeds_are_counted_or_listed():
    assert find_seeds(parse()) == (0,)
    assert find_seeds(parse("--seed=-5", "--num_samples=3")) == (-5, -4, -3)
    assert find_seeds(parse("--seeds=3,14,15")) == (3, 14, 15)


@pytest.mark.parametrize(
    "flags, words",
    [
        (["--in_flight=0"], "--in_flight must be at least 1"),
        (["--num_samples=0"], "--num_samples must be at least 1"),
        (["--retries=-1"], "--retries must be at least 0"),
        (["--quality=101"], "--quality must be from 1 to 100"),
        (["--seeds=1,2", "--num_samples=2"], "Leave one out"),
    ],
)
def test_impossible_values_are_refused(flags, words):
    with pytest.raises(ValueError, match=words):
        check_flags(parse(*flags))


@pytest.mark.parametrize(
    "flags",
    [
        ["--seeds=1,b"],
        ["--seed=1", "--seeds=1,2"],
        ["--version=1", "--label=stable"],
        ["--overwrite", "--skip_existing"],
        ["--format=gif"],
        ["--serv=localhost:1"],
    ],
)
def test_flags_that_make_no_sense_end_with_2(flags, capsys):
    with pytest.raises(SystemExit) as end:
        parse(*flags)
    assert end.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_help_fits_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = make_parser().format_help()
    assert max(map(len, text.splitlines())) <= 80
    assert "--server=localhost:8500 --layout=city.png --seed=7" in " ".join(
        text.split()
    )


def test_the_page_about_the_client_names_flags_that_exist():
    page = Path(__file__).parents[2] / "docs" / "client.md"
    named = set(re.findall(r"--[a-z_]+", page.read_text(encoding="utf-8")))
    known = set(re.findall(r"--[a-z_]+", make_parser().format_help()))
    assert named <= known
    assert known - named <= {"--help", "--deadline"}
