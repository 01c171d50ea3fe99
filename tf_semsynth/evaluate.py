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

import importlib.util
import json
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
    from tf_semsynth.evaluation import assembly
    from tf_semsynth.evaluation.runner import evaluate
    from tf_semsynth.evaluation.table import make_table

    if FLAGS.workdir is not None:
        request = assembly.request_for_workdir(
            options, FLAGS.workdir, FLAGS.output
        )
    else:
        request = assembly.request_for_pictures(
            options, FLAGS.images, FLAGS.output, FLAGS.labels, FLAGS.reference
        )
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
