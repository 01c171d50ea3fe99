"""Scores pictures: a trained system's, or those of any method.

python -m tf_semsynth.evaluate --workdir=<dir> --judge=<network> \\
    --features=<network>
python -m tf_semsynth.evaluate --images=<dir> --labels=<dir> \\
    --reference=<dir> --output=<dir> --protocol=<name> --judge=<network> \\
    --features=<network>
python -m tf_semsynth.evaluate --compare=<dir>,<dir> --output=<dir>

A protocol fixes everything that a score hangs on; its name and hash stand
beside each number. A stopped run goes on where it stopped.
"""

import dataclasses
import functools
import importlib.util
import json
import logging
from pathlib import Path

from absl import flags

from tf_semsynth.core import command, option_flags, storage
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.evaluation.options import EvaluationOptions

FLAGS = flags.FLAGS
# Of metrics.json, what the work directory's copy does without.
_LISTS = ("pictures", "samples", "confusion", "label_table")
_NEEDS_MATPLOTLIB = "needs matplotlib: pip install tf_semsynth[eval]"


def define_flags():
    flags.DEFINE_string("workdir", None, "folder that train or convert made")
    flags.DEFINE_string(
        "images", None, "folder of pictures to score, of any method"
    )
    flags.DEFINE_string(
        "labels", None, "folder of the label PNGs, named like the pictures"
    )
    flags.DEFINE_string(
        "reference", None, "folder of real photos that pictures should be like"
    )
    flags.DEFINE_string(
        "output",
        None,
        "folder for the results [<workdir>/evaluation/<protocol>]",
    )
    flags.DEFINE_bool("report", True, "write report.html and report.png")
    flags.DEFINE_enum(
        "runner",
        "local",
        ["local", "beam"],
        "who does the work: this process, or the workers of an Apache Beam "
        "pipeline (pip install tf_semsynth[beam])",
    )
    flags.DEFINE_string(
        "beam_options",
        "",
        'flags of Apache Beam in quotes, such as "--runner=DirectRunner '
        '--direct_num_workers=4" [one worker in this process]',
    )
    flags.DEFINE_string(
        "saved_model",
        None,
        "export of the work directory's system, with which Beam's workers "
        "make the pictures",
    )
    flags.DEFINE_list(
        "compare",
        None,
        "work directories or folders of results, with commas between them, "
        "to put side by side",
    )
    option_flags.define_option_flags(EvaluationOptions)


def main():
    if FLAGS.compare is not None:
        return compare_results()
    options = option_flags.options_from_flags(EvaluationOptions)
    check_flags(options)
    with_beam = FLAGS.runner == "beam"
    if with_beam:
        load_beam()
    from tf_semsynth.evaluation import assembly
    from tf_semsynth.evaluation.runner import evaluate
    from tf_semsynth.evaluation.table import make_table

    if FLAGS.workdir is not None:
        synthesize = synthesize_with_beam() if with_beam else None
        request = assembly.request_for_workdir(
            options, FLAGS.workdir, FLAGS.output, synthesize
        )
    else:
        request = assembly.request_for_pictures(
            options, FLAGS.images, FLAGS.output, FLAGS.labels, FLAGS.reference
        )
    if with_beam:
        results = evaluate_with_beam(request, options)
    else:
        results = evaluate(request)
    print(make_table(results))
    print(f"Wrote {Path(request.output, 'metrics.json')}")
    if FLAGS.workdir is not None:
        write_workdir_metrics(results, request.output)
    if FLAGS.report:
        write_report(results, request.output)


def check_flags(options):
    """Checks that the flags name one thing to do.

    Raises:
        UsageError: They do not.
    """
    if (FLAGS.workdir is None) == (FLAGS.images is None):
        raise command.UsageError(
            "Name what is to be scored: --workdir=<a training>, or "
            "--images=<folder of pictures>"
            + (", not both." if FLAGS.images is not None else ".")
        )
    check_beam_flags()
    if options.perturb is not None and FLAGS.runner == "beam":
        raise command.UsageError(
            "--perturb makes its pictures in this process: leave out "
            "--runner=beam."
        )
    if FLAGS.workdir is not None:
        if FLAGS.labels is None and FLAGS.reference is None:
            return
        raise command.UsageError(
            "--labels and --reference belong to --images: with --workdir they "
            "are those of the data set (--data_dir)."
        )
    if FLAGS.output is None:
        raise command.UsageError("--output is missing: folder for the results.")
    if options.protocol is None:
        raise command.UsageError(
            "--protocol is missing: name of the protocol, such as "
            "camvid_judges or ade20k_spade."
        )


def check_beam_flags():
    """Checks that what Beam needs is there, and not given in vain.

    Raises:
        UsageError: It is not.
    """
    if FLAGS.runner != "beam":
        if FLAGS.beam_options or FLAGS.saved_model is not None:
            raise command.UsageError(
                "--beam_options and --saved_model belong to --runner=beam."
            )
        return
    if (FLAGS.workdir is None) != (FLAGS.saved_model is None):
        raise command.UsageError(
            "With --runner=beam, --workdir and --saved_model go together: "
            "workers make the pictures with the exported model. Export it "
            "first: python -m tf_semsynth.export --workdir=<dir> "
            "--output=<dir>/1. To score pictures that are there, name "
            "--images alone."
        )


def load_beam():
    """Imports Apache Beam.

    Raises:
        ImportError: It is missing.
    """
    if importlib.util.find_spec("apache_beam") is None:
        raise ImportError(
            "--runner=beam needs Apache Beam: pip install tf_semsynth[beam]."
        )
    logging.disable(logging.WARNING)  # It misses libraries of Google's cloud.
    try:
        importlib.import_module("apache_beam")
    finally:
        logging.disable(logging.NOTSET)


def synthesize_with_beam():
    """The function that makes the pictures of a work directory."""
    from tf_semsynth.evaluation import beam_synthesis

    return functools.partial(
        beam_synthesis.synthesize_split, FLAGS.saved_model, FLAGS.beam_options
    )


def evaluate_with_beam(request, options):
    """Scores pictures on the workers of a pipeline."""
    from tf_semsynth.evaluation import beam_pipeline, beam_workers

    load = functools.partial(
        beam_workers.load_networks, options, request.protocol, request.metrics
    )
    return beam_pipeline.evaluate_with_beam(request, load, FLAGS.beam_options)


def write_workdir_metrics(results, output):
    """Leaves the numbers of the last evaluation in the work directory."""
    short = {k: v for k, v in results.items() if k not in _LISTS}
    short = {**short, "folder": str(output)}
    text = json.dumps(short, indent=1, ensure_ascii=False) + "\n"
    storage.write_text(WorkDir(FLAGS.workdir).metrics_path, text)


def write_report(results, output):
    """Writes the report, as far as what is installed allows."""
    from tf_semsynth.evaluation import report

    with_picture = can_draw()
    paths = report.write_report(results, output, with_picture=with_picture)
    print("Wrote " + ", ".join(map(str, paths)))
    if not with_picture:
        print(f"report.png {_NEEDS_MATPLOTLIB}.")


def compare_results():
    """Puts several evaluations side by side."""
    if FLAGS.output is None:
        raise command.UsageError(
            "--output is missing: folder for the comparison."
        )
    names = [field.name for field in dataclasses.fields(EvaluationOptions)]
    names += ["workdir", "images", "labels", "reference", "saved_model"]
    unread = [f"--{name}" for name in names if FLAGS[name].present]
    if unread:
        raise command.UsageError(
            f"{', '.join(unread)} cannot go with --compare, which reads the "
            "results of evaluations. Leave it out."
        )
    if len(FLAGS.compare) < 2:
        raise command.UsageError(
            "--compare needs two folders or more, with commas between them."
        )
    from tf_semsynth.evaluation import comparison, result_folder

    found = [result_folder.read_result(folder) for folder in FLAGS.compare]
    with_picture = can_draw()
    print(comparison.compare(found, FLAGS.output, with_picture=with_picture))
    if not with_picture:
        print(f"comparison.png {_NEEDS_MATPLOTLIB}.")


def can_draw():
    """Whether PNGs of reports can be drawn."""
    return importlib.util.find_spec("matplotlib") is not None


if __name__ == "__main__":
    command.run(main, define_flags)
