"""Runs Apache Beam pipelines and brings back what they found."""

import pickle
import shlex
import uuid

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    PipelineOptions,
    StandardOptions,
)

from tf_semsynth.core import storage

# The one that runs in this process. Beam's own choice first looks for another
# program, and downloads it where there is a network.
DEFAULT_RUNNER = "FnApiRunner"


def run_pipeline(build, folder, beam_options=""):
    """Runs a pipeline to its end.

    Results leave the workers as files in `folder`, which all of them and this
    machine must see; they are removed again.

    Args:
        build: Function of a `beam.Pipeline` that returns two collections:
            what was found, as pairs (name, object), each name once; and
            problems, as str.
        folder: path.
        beam_options: str, Beam's flags as one would type them.

    Returns:
        dict, name -> object.

    Raises:
        ValueError: A problem, in its own words, and how many more there are;
            or Beam does not understand its flags.
        OSError: The runner gave up.
    """
    options = read_options(beam_options)
    scratch = storage.join(folder, f"beam-{uuid.uuid4().hex[:8]}")
    try:
        pipeline = beam.Pipeline(options=options)
        found, problems = build(pipeline)
        listed = (
            problems
            | "List problems" >> beam.combiners.ToList()
            | "Name problems" >> beam.Map(lambda texts: ("problems", texts))
        )
        _ = (
            (found, listed)
            | "Gather" >> beam.Flatten()
            | "Write" >> beam.Map(_write, scratch)
        )
        state = pipeline.run().wait_until_finish()
        if state != "DONE":
            raise OSError(
                f"Apache Beam's runner ended as {state}; its log says why."
            )
        files = storage.names_in(scratch)
        objects = {name: _read(storage.join(scratch, name)) for name in files}
    finally:
        if storage.exists(scratch):
            storage.remove(scratch)
    _refuse_problems(objects.pop("problems"))
    return objects


def read_options(text):
    """Beam's options from flags as one would type them.

    Raises:
        ValueError: Beam does not understand them.
    """
    try:
        words = shlex.split(text)
        options = PipelineOptions(words)
        standard = options.view_as(StandardOptions)
        if standard.runner is None:
            standard.runner = DEFAULT_RUNNER
        options.get_all_options()
    except (SystemExit, ValueError) as error:
        raise ValueError(
            f"--beam_options={text!r}: Apache Beam does not understand these "
            "flags. Expected some such as --runner=DirectRunner "
            "--direct_num_workers=4 --direct_running_mode=multi_processing."
        ) from error
    return options


def words_of(error):
    """What an error of a worker says, for the collection of problems."""
    return str(error) or repr(error)


def _refuse_problems(problems):
    if not problems:
        return
    first, *others = sorted(set(problems))
    if others:
        word = "problem" if len(others) == 1 else "problems"
        first = f"{first} (And {len(others)} more {word}.)"
    raise ValueError(first)


def _write(found, folder):
    name, value = found
    storage.write_bytes(storage.join(folder, name), pickle.dumps(value))


def _read(path):
    import tensorflow as tf

    with tf.io.gfile.GFile(path, "rb") as file:
        return pickle.loads(file.read())
