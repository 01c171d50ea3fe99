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
from tf_semsynth.data.options import DataOptions
from tf_semsynth.data.report_table import make_table

FLAGS = flags.FLAGS
_OPTIONS = (
    "dataset",
    "data_dir",
    "tfrecords",
    "label_map",
    "label_encoding",
    "classes_csv",
    "unknown_id",
    "ade20k_label_shift",
    "deepfashion_classes",
    "tfds_image",
    "tfds_label",
    "num_scenes",
    "max_pixels",
)


def define_flags():
    option_flags.define_option_flags(DataOptions, _OPTIONS)
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
    flags.DEFINE_integer(
        "image_height", 128, "scenes: pixels to paint at", lower_bound=32
    )
    flags.DEFINE_integer(
        "image_width", 128, "scenes: pixels to paint at", lower_bound=32
    )


def main():
    if not FLAGS.check and FLAGS.output is None:
        raise command.UsageError(
            "nothing to do: give --check, or --output=<folder>, or both."
        )
    options = option_flags.options_from_flags(DataOptions)
    readers = open_splits(options, FLAGS.splits)
    num_faults = 0
    for reader in readers:
        num_faults += check(reader, FLAGS.sheet or ".")
    if num_faults:
        words = "1 fault" if num_faults == 1 else f"{num_faults} faults"
        instead = " Nothing was written." if FLAGS.output else ""
        raise ValueError(f"the data set has {words}, listed above.{instead}")
    if FLAGS.output:
        for reader in readers:
            write(reader, FLAGS.output)


def open_splits(options, splits=None):
    """Opens the splits that were asked for, or those that are there.

    Args:
        options: `DataOptions`.
        splits: Sequence of str or None.

    Returns:
        List of `DatasetReader`.

    Raises:
        ValueError, OSError: A split that was asked for, or the training
            split, is not there.
    """
    size = FLAGS.image_height, FLAGS.image_width
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
    except (ValueError, OSError) as error:
        print(f"No validation split: {error}")
        return readers
    # A folder without splits gives the same examples under both names.
    files = [example.label_path for example in validation.examples]
    if files != [e.label_path for e in readers[0].examples] or not any(files):
        readers.append(validation)
    return readers


def check(reader, sheet_folder):
    """Checks a split, prints what was found, draws its contact sheet.

    Returns:
        int, the number of faults.
    """
    with ProgressLine(len(reader), "examples checked") as line:
        report = check_dataset(reader, on_decoded=line.advance)
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
