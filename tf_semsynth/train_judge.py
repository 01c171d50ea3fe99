"""Trains a judge: a network that labels the pixels of real pictures.

python -m tf_semsynth.train_judge --dataset=<name> --data_dir=<dir> \\
    --output=<dir>
python -m tf_semsynth.evaluate --judge=<dir> ...

For data sets that have no published segmentation network. It learns from the
training split, is scored on the validation split after each epoch, and the
best epoch is stored.
"""

import dataclasses

from absl import flags

from tf_semsynth.core import command, option_flags, storage
from tf_semsynth.data.options import DataOptions
from tf_semsynth.evaluation.judge_options import JudgeOptions

FLAGS = flags.FLAGS


def define_flags():
    flags.DEFINE_string("output", None, "folder for judge.keras and judge.json")
    flags.DEFINE_bool("overwrite", False, "write over an older judge")
    option_flags.define_option_flags(JudgeOptions)
    own = {field.name for field in dataclasses.fields(JudgeOptions)}
    names = [field.name for field in dataclasses.fields(DataOptions)]
    option_flags.define_option_flags(
        DataOptions, [name for name in names if name not in own]
    )


def main():
    if FLAGS.output is None:
        raise command.UsageError(
            "--output is missing: folder for judge.keras and judge.json."
        )
    options = option_flags.options_from_flags(JudgeOptions)
    data_options = option_flags.options_from_flags(DataOptions)
    old = storage.join(FLAGS.output, "judge.keras")
    if storage.exists(old) and not FLAGS.overwrite:
        raise OSError(
            f"{old} is there already. Choose another --output, or write over "
            "it with --overwrite."
        )
    from tf_semsynth.evaluation.judge_training import train_judge

    about = train_judge(options, data_options, FLAGS.output)
    print(make_table(about["held_out"]))
    print(f"Wrote {old}. Use it: evaluate --judge={FLAGS.output}")


def make_table(scores):
    """The IoU of each class and the means, for the terminal."""
    values = {
        **scores["iou"],
        "mean IoU": scores["mean_iou"],
        "pixel accuracy": scores["pixel_accuracy"],
    }
    width = max(map(len, values))
    return "\n".join(
        f"{name:{width}}  {'never there' if v is None else f'{v:.4f}'}"
        for name, v in values.items()
    )


if __name__ == "__main__":
    command.run(main, define_flags)
