"""Makes pictures of layouts with a trained system.

python -m tf_semsynth.synthesize --workdir=<dir> --layouts=<dir> --output=<dir>

Layouts are PNGs of class ids (or of the class colours), one picture is made
of each: <stem>.png, or <stem>_<k>.png with --num_samples.
"""

import os

import numpy as np
from absl import flags
from PIL import Image

from tf_semsynth.core import command, option_flags, storage
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.pixels import to_float, to_uint8
from tf_semsynth.core.png_files import write_png
from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.data import decoding, layout_files, preprocessing
from tf_semsynth.data.options import DataOptions

FLAGS = flags.FLAGS
MAX_SHEET_ROWS = 32


def define_flags():
    flags.DEFINE_string("workdir", None, "folder that train or convert made")
    flags.DEFINE_string(
        "layouts", None, "folder of label PNGs, or one label PNG"
    )
    flags.DEFINE_string(
        "instances",
        None,
        "folder of instance PNGs of the same names, for systems with "
        "use_edges; without it the class borders are taken",
    )
    flags.DEFINE_string(
        "style",
        None,
        "PNG or JPEG whose style the pictures take, for systems with an "
        "encoder",
    )
    flags.DEFINE_string("output", None, "folder for the pictures")
    flags.DEFINE_integer(
        "num_samples", 1, "pictures for each layout", lower_bound=1
    )
    flags.DEFINE_integer("seed", 0, "seed of the noise; sample k has seed + k")
    flags.DEFINE_integer(
        "batch_size", 4, "pictures made at once", lower_bound=1
    )
    flags.DEFINE_bool("overwrite", False, "write over pictures of an old run")
    option_flags.define_option_flags(
        DataOptions, ("label_map", "label_encoding")
    )


def main():
    for name in ("workdir", "layouts", "output"):
        if FLAGS[name].value is None:
            raise command.UsageError(
                f"--{name} is missing: {FLAGS[name].help}."
            )
    files, others = layout_files.find_layouts(FLAGS.layouts, FLAGS.instances)
    if others:
        names = ", ".join(path.name for path in others[:3])
        print(f"Passed over {len(others)} files that are no PNG: {names}")
    names = [
        name for f in files for name in picture_names(f, FLAGS.num_samples)
    ]
    sheet = contact_sheet_path(FLAGS.output)
    check_output(FLAGS.output, names, sheet)
    rule, height, width = read_model(FLAGS.workdir)
    sizes = layout_files.check_layouts(files, rule, height, width)
    print(layout_files.describe_resize(sizes, height, width))
    from tf_semsynth.systems import registry  # Loads Keras.

    system = registry.load_system(FLAGS.workdir)
    check_request(system)
    style = (
        None if FLAGS.style is None else read_style(FLAGS.style, height, width)
    )
    pictures = make_pictures(
        system,
        files,
        rule,
        range(FLAGS.seed, FLAGS.seed + FLAGS.num_samples),
        style,
        FLAGS.batch_size,
    )
    with ProgressLine(len(names), "pictures") as line:
        rows = write_pictures(pictures, len(files), system.classes, line)
    write_contact_sheet(sheet, rows)
    part = "" if len(rows) == len(files) else f" ({len(rows)} of {len(files)})"
    print(f"Wrote {len(names)} pictures to {FLAGS.output}")
    print(f"Side by side with their layouts{part}: {sheet}")


def picture_names(file, num_samples):
    """The names of the pictures of a layout."""
    if num_samples == 1:
        return [f"{file.name}.png"]
    return [f"{file.name}_{k}.png" for k in range(num_samples)]


def contact_sheet_path(output):
    """The overview lies beside the folder, which holds pictures alone.

    So the folder can be scored, or compared with another one, as it is.
    """
    folder = output if "://" in output else os.path.abspath(output)
    return f"{folder.rstrip('/')}_contact_sheet.png"


def check_output(output, names, sheet):
    """Checks that nothing of the user's would be written over.

    Raises:
        ValueError: The output folder is a folder of inputs.
        OSError: There are pictures of these names already, or the sheet.
    """
    for flag in ("layouts", "instances"):
        folder = FLAGS[flag].value
        if folder is None:
            continue
        folder = folder if os.path.isdir(folder) else os.path.dirname(folder)
        if os.path.realpath(folder) == os.path.realpath(output):
            raise ValueError(
                f"--output={output} is the folder of --{flag}: pictures would "
                "replace the inputs. Choose another folder."
            )
    old = sorted(set(storage.names_in(output)) & set(names))
    old = [storage.join(output, name) for name in old]
    if storage.exists(sheet):
        old.append(sheet)
    if old and not FLAGS.overwrite:
        raise OSError(
            f"{len(old)} of the files that would be written are there "
            f"already, such as {old[0]}. Choose another --output, or write "
            "over them with --overwrite."
        )


def read_model(workdir):
    """How a model wants its layouts, without loading it.

    Returns:
        `LabelRule`, and the pictures' height and width in pixels.
    """
    saved = WorkDir(workdir).read_config()
    options = option_flags.options_from_flags(DataOptions)
    rule = layout_files.make_rule(
        ClassTable.from_dict(saved["classes"]),
        options.label_map,
        options.label_encoding,
    )
    config = saved["config"]
    return rule, config["image_height"], config["image_width"]


def check_request(system):
    """Checks that the system can do what the flags ask for.

    Raises:
        ValueError: It cannot.
    """
    if FLAGS.style is not None and not system.has_encoder:
        raise ValueError(
            "--style needs the encoder of a reference picture, which this "
            "system does not have. Train one with --use_encoder, or convert "
            "one with --encoder."
        )
    if FLAGS.instances is not None and not system.config.use_edges:
        raise ValueError(
            "--instances is of no use here: this system was trained without "
            "instance borders. Leave it out."
        )
    if FLAGS.num_samples == 1:
        return
    reason = None
    if not system.uses_noise:
        reason = "this system draws no noise"
    elif FLAGS.style is not None:
        reason = "a style picture decides in place of the noise"
    if reason is not None:
        raise ValueError(
            f"All {FLAGS.num_samples} samples of a layout would be equal: "
            f"{reason}. Leave out --num_samples."
        )


def read_style(path, height, width):
    """Reads the style picture, resized like the training pictures.

    Returns:
        float32 array `(1, H, W, 3)`, [-1, 1].

    Raises:
        OSError, ValueError: There is none, or it is damaged.
    """
    photo = decoding.decode_photo(decoding.read_bytes(path), path)
    picture = Image.fromarray(photo)
    picture = preprocessing.resize_bicubic(picture, (width, height))
    return to_float(np.asarray(picture)[np.newaxis])


def make_pictures(system, files, rule, seeds, style=None, batch_size=4):
    """Makes pictures of layouts, several at once.

    Args:
        system: `System`.
        files: List of `LayoutFile`.
        rule: `LabelRule`.
        seeds: Sequence of ints, one for each sample of a layout. With more
            than one, a layout is prepared once for all of them.
        style: float32 array `(1, H, W, 3)` or None.
        batch_size: int, pictures made at once.

    Yields:
        file: `LayoutFile`.
        layout: `Layout`.
        images: uint8 array `(len(seeds), H, W, 3)`.
    """
    step = batch_size if len(seeds) == 1 else 1
    size = system.config.image_height, system.config.image_width
    for start in range(0, len(files), step):
        chunk = files[start : start + step]
        layouts = [layout_files.read_layout(f, rule, *size) for f in chunk]
        batch = {"class_ids": np.stack([x.class_ids for x in layouts])}
        if system.config.use_edges and layouts[0].edges is not None:
            batch["edges"] = np.stack([x.edges for x in layouts])
        if len(seeds) > 1:
            image = _sample(system, batch, seeds, batch_size)
            images = to_uint8(image)[np.newaxis]
        else:
            latent = None
            if style is not None:
                repeated = np.repeat(style, len(chunk), axis=0)
                latent = system.encode({**batch, "image": repeated})
            image = system.synthesize(
                batch, seed=[seeds[0]] * len(chunk), latent=latent
            )
            images = to_uint8(np.asarray(image))[:, np.newaxis]
        yield from zip(chunk, layouts, images, strict=True)


def _sample(system, batch, seeds, batch_size):
    """Several pictures of one layout, float32 `(N, H, W, 3)`."""
    prepared = system.prepare_layout(batch)
    parts = [
        np.asarray(
            system.synthesize(prepared, seed=list(seeds[i : i + batch_size]))
        )
        for i in range(0, len(seeds), batch_size)
    ]
    return np.concatenate(parts)


def write_pictures(pictures, num_layouts, classes, line):
    """Writes each picture as it comes; returns rows for the contact sheet.

    Args:
        pictures: what `make_pictures` yields.
        num_layouts: int, how often it does.
        classes: `ClassTable` that colours the layouts.
        line: `ProgressLine` that counts the pictures.

    Returns:
        list of lists, a layout in colour and its pictures, uint8
        `(H, W, 3)`; of many layouts, `MAX_SHEET_ROWS` evenly spread ones.
    """
    count = min(num_layouts, MAX_SHEET_ROWS)
    shown = set(np.linspace(0, num_layouts - 1, count).astype(int).tolist())
    rows = []
    for index, (file, layout, images) in enumerate(pictures):
        names = picture_names(file, len(images))
        for name, image in zip(names, images, strict=True):
            write_png(storage.join(FLAGS.output, name), image)
        if index in shown:
            rows.append([classes.colourise(layout.class_ids), *images])
        line.advance(len(images))
    return rows


def write_contact_sheet(path, rows):
    """Writes the layouts in colour, each beside its pictures.

    Many stand in several blocks of columns: a sheet that is about as wide as
    high can be looked at as a whole.
    """
    from tf_semsynth.training.samples import make_grid

    columns = [np.stack(column) for column in zip(*rows, strict=True)]
    num_pictures, height, width, _ = columns[0].shape
    ratio = num_pictures * height / (len(columns) * width)
    write_png(path, make_grid(columns, max(1, round(np.sqrt(ratio)))))


if __name__ == "__main__":
    command.run(main, define_flags)
