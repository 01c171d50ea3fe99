r"""Checks a data set, and writes it as TFRecord shards.

python -m tf_semsynth.prepare_data --dataset=camvid --data_dir=<dir> --check
python -m tf_semsynth.prepare_data --dataset=camvid --data_dir=<dir> \
    --output=<dir>

`--check` reads every file and prints a table of pairs, sizes and classes, every
fault with file and remedy, and draws a contact sheet. `--output` does the same
first, and writes nothing unless the data set is sound. `train` reads what it
wrote by `--tfrecords=<dir>`. With faults the exit code is 1.
"""

import os
import sys

from absl import flags

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.data.catalog import SPLITS, open_from_options
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.contact_sheet import make_contact_sheet
from tf_semsynth.data.faults import NoSplitError, NotDividedError
from tf_semsynth.data.options import DataOptions, make_plan
from tf_semsynth.data.report_table import make_table

FLAGS = flags.FLAGS
_SCENE_SIZE = 128


def define_flags():
    option_flags.define_option_flags(DataOptions)
    flags.DEFINE_bool("check", False, "check the data set and stop there")
    flags.DEFINE_string(
        "output", None, "folder for TFRecord shards, written after the check"
    )
    flags.DEFINE_list(
        "splits",
        None,
        "splits to look at, of train, validation, test [train, and "
        "validation where there is one]",
    )
    flags.DEFINE_string(
        "sheet",
        None,
        "folder for the contact sheets, a PNG for each split [the current one]",
    )
    for name in ("image_height", "image_width"):
        flags.DEFINE_integer(
            name,
            None,
            "size in pixels of the system to come; if both are given, "
            "examples that would end with another size are faults, and scenes "
            "are painted at it",
            lower_bound=1,
        )


def main():
    if not FLAGS.check and FLAGS.output is None:
        raise command.UsageError(
            "nothing to do: give --check, or --output=<folder>, or both."
        )
    options = option_flags.options_from_flags(DataOptions)
    size = FLAGS.image_height, FLAGS.image_width
    if size.count(None) == 1:
        raise command.UsageError(
            "--image_height needs --image_width, and the other way round."
        )
    size = None if None in size else size
    readers = open_splits(options, FLAGS.splits, size)
    num_faults = 0
    for reader in readers:
        plan = size and make_plan(options, reader.defaults, *size, True)
        num_faults += check(reader, FLAGS.sheet or ".", plan)
    if num_faults:
        words = "1 fault" if num_faults == 1 else f"{num_faults} faults"
        instead = " Nothing was written." if FLAGS.output else ""
        raise ValueError(f"the data set has {words}, listed above.{instead}")
    if FLAGS.output:
        for reader in readers:
            write(reader, FLAGS.output)


def open_splits(options, splits=None, size=None):
    """Opens the splits that were asked for, or those that are there.

    Args:
        options: `DataOptions`.
        splits: Sequence of str or None.
        size: (height, width) in pixels that scenes are painted at, or None.

    Returns:
        List of `DatasetReader`.

    Raises:
        ValueError, OSError: A split that was asked for, or the training
            split, is not there; or pictures are divided into splits, and none
            is for validation.
    """
    size = size or (_SCENE_SIZE, _SCENE_SIZE)
    if splits:
        unknown = [split for split in splits if split not in SPLITS]
        if unknown:
            raise ValueError(
                f"`splits` must be of {', '.join(SPLITS)}. Received: "
                f"{', '.join(unknown)}."
            )
        return [open_from_options(options, split, *size) for split in splits]
    readers = [open_from_options(options, "train", *size)]
    try:
        validation = open_from_options(options, "validation", *size)
    except NotDividedError as error:
        raise ValueError(
            f"{error} For the training pictures alone: --splits=train."
        ) from error
    except NoSplitError as error:
        print(f"No validation split: {error}")
        return readers
    # A folder without splits gives the same examples under both names.
    files = [example.label_path for example in validation.examples]
    if files != [e.label_path for e in readers[0].examples] or not any(files):
        readers.append(validation)
    return readers


def check(reader, sheet_folder, plan=None):
    """Checks a split, prints what was found, draws its contact sheet.

    Args:
        reader: `DatasetReader`.
        sheet_folder: str, where the contact sheet goes.
        plan: `preprocessing.Plan` or None, see `check_dataset`.

    Returns:
        int, the number of faults.
    """
    with ProgressLine(len(reader), "examples checked") as line:
        report = check_dataset(reader, plan, on_decoded=line.advance)
    print(make_table(report))
    sys.stdout.flush()
    for fault in report.faults:
        print(f"fault: {fault}", file=sys.stderr)
    if report.num_decoded:
        name = reader.name.replace(":", "_").replace("/", "_")
        path = os.path.join(sheet_folder, f"{name}_{reader.split}.png")
        os.makedirs(sheet_folder, exist_ok=True)
        make_contact_sheet(reader).save(path)
        print(f"contact sheet: {path}\n")
    return len(report.faults)


def write(reader, output):
    """Writes a split as TFRecord shards."""
    from tf_semsynth.data.tfrecord_writer import write_tfrecords

    with ProgressLine(len(reader), "examples written") as line:
        paths = write_tfrecords(reader, output, line.advance)
    print(f"{len(paths)} shards of split {reader.split}: {paths[0]} ...")
    print(f"train reads them by --tfrecords={output}")


if __name__ == "__main__":
    command.run(main, define_flags)
