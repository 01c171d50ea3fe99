"""Serves an exported model over gRPC, REST and a page to paint layouts on.

python -m tf_semsynth.serve --model_dir=exports/cc_fpse

It speaks TensorFlow Serving's API and watches the folder: a new version takes
over when it is ready. SIGTERM or Ctrl-C ends what runs, then the server.
"""

from absl import flags

from tf_semsynth.core import command, option_flags

FLAGS = flags.FLAGS


def define_flags():
    option_flags.define_option_flags(_import_serving().Options)


def main():
    from tf_semsynth_serving.server import running

    options = option_flags.options_from_flags(_import_serving().Options)
    if options.model_dir is None:
        raise command.UsageError(running.NO_MODEL)
    running.run(options)


def _import_serving():
    try:
        from tf_semsynth_serving import server
    except ImportError as error:
        raise ImportError(
            "The server is a distribution of its own, which is not installed "
            f"({error}). Install it with `pip install -e './serving[server]'`."
        ) from error
    return server


if __name__ == "__main__":
    command.run(main, define_flags)
