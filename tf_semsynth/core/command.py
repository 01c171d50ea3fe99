"""Runs a command: parses its flags and maps what happens to exit codes.

    0    success, and `--help`, `--helpfull`
    1    the user's mistake, told in one message: `ValueError`, `OSError`,
         `ImportError` or an error of TensorFlow's; `--debug` adds the
         traceback
    2    an unknown flag, a value of the wrong type, `UsageError`
    130  interrupted from the keyboard

absl by itself exits with 1 on all of these. A command module ends with

    if __name__ == "__main__":
        command.run(main, define_flags)

where `main()` reads `absl.flags.FLAGS` and returns None or an exit code, and
`define_flags()` defines flags on it. Nothing else in the package touches them.
"""

import contextlib
import os
import sys
import traceback

from absl import flags

from tf_semsynth.core import help_text, parsing, plugins, quiet
from tf_semsynth.core.parsing import UsageError

__all__ = ["UsageError", "execute", "run"]

FLAGS = flags.FLAGS


def run(main, define_flags=None, argv=None):
    """Executes a command and exits the process with its exit code.

    A command imports TensorFlow within `main`, not at the top of its module:
    help and a mistyped flag need not wait for it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    quiet.quieten_tensorflow()
    sys.exit(execute(main, define_flags, argv))


def execute(main, define_flags=None, argv=None):
    """Executes a command in this process.

    Args:
        main: Function without arguments that does the work.
        define_flags: Function without arguments, or None, that defines the
            command's flags on `absl.flags.FLAGS`. It is called after the
            plugins are imported; the flags are gone when the command ends.
        argv: Sequence of str, the arguments without the program's name.
            Default: those of the process.

    Returns:
        int, the exit code.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        with _flags_of_this_command():
            return _parse_and_call(main, define_flags, argv)
    except KeyboardInterrupt:
        return _report("interrupted", 130)
    except UsageError as error:
        _print_traceback(argv)
        return _report(f"error: {error}\n--help lists the flags.", 2)
    except Exception as error:
        if not _is_told_in_words(error):
            raise
        _print_traceback(argv)
        return _report(f"error: {_words(error)}", 1)


def _parse_and_call(main, define_flags, argv):
    flags.DEFINE_multi_string(
        "plugin",
        [],
        "Module or file.py to import first, for a system of your own; "
        "may be repeated.",
    )
    flags.DEFINE_bool("debug", False, "Show the traceback of an error.")
    argv = parsing.expand_flagfiles(argv, FLAGS)
    for plugin in parsing.find_values("plugin", argv):
        plugins.import_plugin(plugin)
    foreign = set(FLAGS) - {"plugin", "debug"}
    if define_flags is not None:
        define_flags()
    if parsing.wants_help(argv):
        full = "--helpfull" in argv or "-helpfull" in argv
        hidden = set() if full else foreign
        print(help_text.make_help(main, FLAGS, hidden))
        return 0
    parsing.parse(argv, FLAGS)
    return main() or 0


@contextlib.contextmanager
def _flags_of_this_command():
    """Removes what the command defined, so that another can run after it."""
    before = set(FLAGS)
    try:
        yield
    finally:
        for name in set(FLAGS) - before:
            delattr(FLAGS, name)
        FLAGS.unparse_flags()


def _is_told_in_words(error):
    """Whether the message of an error is meant for the user."""
    if isinstance(error, (ValueError, OSError, ImportError)):
        return True
    tensorflow = sys.modules.get("tensorflow")
    errors = getattr(tensorflow, "errors", None)
    return errors is not None and isinstance(error, errors.OpError)


def _words(error):
    if isinstance(error, OSError) and error.strerror:
        names = [n for n in (error.filename, error.filename2) if n is not None]
        return ": ".join([error.strerror, *map(str, names)])
    if hasattr(error, "node_def"):  # An error of TensorFlow's.
        return _without_graph(error.message)
    return str(error) or type(error).__name__


def _without_graph(message):
    """Keeps the words of a TensorFlow error, drops where the graph was made."""
    noise = (
        "Graph execution error",
        "Detected at node",
        "  ",
        "<stack traces",
        "\t [[",
        "Original stack trace",
    )
    lines = [line for line in message.splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(noise)]
    return "\n".join(kept or lines)


def _print_traceback(argv):
    if "--debug" in argv or "--debug=true" in argv:
        traceback.print_exc()


def _report(message, code):
    print(message, file=sys.stderr)
    return code
