"""Exit codes and messages of commands."""

import os
import subprocess
import sys

import pytest
from absl import flags

from tf_semsynth.core import command

FLAGS = flags.FLAGS


def define_flags():
    flags.DEFINE_string("workdir", None, "Folder of the run.")
    flags.DEFINE_integer("num_steps", 10, "Length, in steps.")
    flags.DEFINE_enum("strategy", "auto", ["auto", "mirrored"], "Devices.")
    flags.DEFINE_bool("dry_run", False, "Only look.")


def execute(*argv, main=lambda: None, define_flags=define_flags):
    return command.execute(main, define_flags, argv)


def failing(error):
    def main():
        raise error

    return main


def test_flags_reach_main_and_are_gone_afterwards():
    seen = {}

    def main():
        seen.update(workdir=FLAGS.workdir, num_steps=FLAGS.num_steps)

    before = set(FLAGS)
    for steps in (3, 4):
        assert execute("--workdir=a", f"--num_steps={steps}", main=main) == 0
        assert seen == {"workdir": "a", "num_steps": steps}
    assert set(FLAGS) == before


def test_the_exit_code_of_main_is_passed_on():
    assert execute(main=lambda: 5) == 5


@pytest.mark.parametrize(
    "argument, words",
    [
        ("--num_step=3", "unknown flag --num_step. Did you mean --num_steps?"),
        ("--num_steps=many", "--num_steps must be a whole number"),
        ("--dry_run=perhaps", "--dry_run must be true or false"),
        ("--nodry_run=1", "does not take an argument"),
        ("--workdir", "Missing value for flag --workdir"),
        ("workdir=x", "unexpected argument 'workdir=x'"),
        ("--flagfile", "--flagfile with no argument"),
    ],
)
def test_a_wrong_use_of_flags_exits_with_2(argument, words, capsys):
    assert execute(argument) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ") and words in captured.err
    assert "Traceback" not in captured.err and not captured.out


def test_a_readable_but_impossible_value_exits_with_1(capsys):
    assert execute("--strategy=parallel") == 1
    assert "--strategy=parallel" in capsys.readouterr().err


def test_a_missing_needed_flag_exits_with_1_and_says_what_it_is(capsys):
    def define_required():
        flags.DEFINE_string("workdir", None, "Folder.", required=True)

    assert execute(define_flags=define_required) == 1
    assert "--workdir is needed: Folder." in capsys.readouterr().err


@pytest.mark.parametrize(
    "error, code, words",
    [
        (ValueError("too small"), 1, "error: too small\n"),
        (ImportError("install torch"), 1, "error: install torch\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a.png"),
            1,
            "error: No such file or directory: a.png\n",
        ),
        (OSError("disk on fire"), 1, "error: disk on fire\n"),
        (command.UsageError("no option --x"), 2, "error: no option --x\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_errors_become_codes_and_one_message(error, code, words, capsys):
    assert execute(main=failing(error)) == code
    assert capsys.readouterr().err.startswith(words)


def test_debug_shows_the_traceback_as_well(capsys):
    assert execute("--debug", main=failing(ValueError("small"))) == 1
    captured = capsys.readouterr().err
    assert "Traceback" in captured and captured.endswith("error: small\n")


def test_a_mistake_of_ours_keeps_its_traceback():
    with pytest.raises(KeyError):
        execute(main=failing(KeyError("ours")))


def test_an_error_of_tensorflow_is_told_without_its_graph(capsys):
    import tensorflow as tf

    @tf.function
    def check(value):
        tf.debugging.assert_less(value, 3, message="class id 7 is too large")

    assert execute(main=lambda: check(tf.constant(7))) == 1
    captured = capsys.readouterr().err
    assert "class id 7 is too large" in captured
    assert "Detected at node" not in captured and "File" not in captured


def test_flagfiles_nest_and_the_later_setting_wins(tmp_path):
    inner, outer = tmp_path / "inner.cfg", tmp_path / "outer.cfg"
    inner.write_text("# data\n--num_steps=5\n--workdir=inner\n")
    outer.write_text(f"--flagfile={inner}\n--num_steps=6\n")
    seen = []

    def main():
        seen.append((FLAGS.workdir, FLAGS.num_steps))

    assert execute(f"--flagfile={outer}", main=main) == 0
    assert execute(f"--flagfile={outer}", "--num_steps", "7", main=main) == 0
    assert seen == [("inner", 6), ("inner", 7)]


def test_a_missing_flagfile_is_told_in_words(capsys):
    assert execute("--flagfile=configs/nowhere.cfg") == 1
    captured = capsys.readouterr().err
    assert "cannot read the flagfile 'configs/nowhere.cfg'" in captured


@pytest.mark.parametrize("form", ["--plugin={}", "--plugin\n{}", "file"])
def test_a_plugin_is_imported_before_flags_are_defined(form, tmp_path):
    name = f"plugin_{abs(hash(form))}"
    plugin = tmp_path / f"{name}.py"
    plugin.write_text("FLAG = 'colour'\n")
    argv = form.format(plugin).split("\n")
    if form == "file":
        (tmp_path / "a.cfg").write_text(f"--plugin={plugin}\n")
        argv = [f"--flagfile={tmp_path / 'a.cfg'}"]

    def define_what_the_plugin_says():
        flags.DEFINE_string(sys.modules[name].FLAG, None, "From a plugin.")

    seen = []
    code = command.execute(
        lambda: seen.append((FLAGS.colour, FLAGS.plugin)),
        define_what_the_plugin_says,
        [*argv, "--colour=red"],
    )
    assert (code, seen) == (0, [("red", [str(plugin)])])


def test_help_exits_with_0_even_beside_a_wrong_flag(capsys):
    assert execute("--help", "--unknown") == 0
    text = capsys.readouterr().out
    assert text.startswith("Exit codes and messages of commands.")
    assert "--num_steps" in text and "--helpfull" in text


def test_a_process_ends_with_the_code_and_one_message(tmp_path):
    script = tmp_path / "count.py"
    script.write_text(
        '"""Counts."""\n'
        "from absl import flags\n"
        "from tf_semsynth.core import command\n"
        "def define_flags():\n"
        "    flags.DEFINE_integer('n', 1, 'How far.')\n"
        "def main():\n"
        "    raise ValueError(f'cannot count to {flags.FLAGS.n}')\n"
        "command.run(main, define_flags)\n"
    )

    def call(*argv):
        return subprocess.run(
            [sys.executable, script, *argv],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    done = call("--n=4")
    assert (done.returncode, done.stderr) == (1, "error: cannot count to 4\n")
    assert call("--n=x").returncode == 2
    done = call("--helpfull")
    assert done.returncode == 0 and "--n=<number>" in done.stdout
