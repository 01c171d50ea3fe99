r"""Makes a work directory from the authors' PyTorch files.

python -m tf_semsynth.convert --system=cc_fpse \
    --generator=latest_net_G.pth --encoder=latest_net_E.pth --workdir=<dir>

Options of the system are read off the files where they can be, and said;
flags set what the files do not tell. See docs/convert.md.
"""

import os

from absl import flags

from tf_semsynth.core import command
from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.config import define_config_flags, fields_from_flags
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.systems import registry

FLAGS = flags.FLAGS
NETWORKS = ("generator", "discriminator", "encoder")

# Class tables of the published data sets, with their unknown class.
PUBLISHED_CLASSES = {
    "ade20k": 0,
    "camvid": 11,
    "celebamask_hq": None,
    "cityscapes": None,
    "coco_stuff": 182,
}


def define_flags():
    flags.DEFINE_string("system", None, "system of the weights, as cc_fpse")
    for name in NETWORKS:
        flags.DEFINE_string(name, None, f"PyTorch file (.pth) of the {name}")
    flags.DEFINE_string("workdir", None, "folder to write, not in use yet")
    flags.DEFINE_string(
        "classes",
        None,
        "names and colours of the classes: "
        + ", ".join(PUBLISHED_CLASSES)
        + ", or a CSV file with the columns id, name, r, g, b; default: "
        "class_0, class_1, ...",
    )
    flags.DEFINE_integer(
        "unknown_id", None, "class id that means unknown, with a CSV file"
    )
    define_config_flags(
        {
            name: registry.get_config_class(name)
            for name in registry.list_systems()
        }
    )


def main():
    for name in ("system", "generator", "workdir"):
        if FLAGS[name].value is None:
            raise command.UsageError(
                f"--{name} is missing: {FLAGS[name].help}."
            )
    config_class = registry.get_config_class(FLAGS.system)
    given = fields_from_flags(FLAGS.system, config_class, FLAGS)
    classes = _read_classes()
    from tf_semsynth.systems import conversion

    conversion.check_unused(WorkDir(FLAGS.workdir))
    paths = {n: FLAGS[n].value for n in NETWORKS if FLAGS[n].value is not None}
    signs = registry.get_system_class(FLAGS.system).OFFICIAL_SIGNS
    states = conversion.read_files(paths, signs=signs)
    if classes is not None:
        given.setdefault("num_classes", classes.num_classes)
    config = conversion.infer_config(FLAGS.system, states, given)
    conversion.convert(
        FLAGS.system,
        states,
        config,
        FLAGS.workdir,
        classes=classes,
        plugins=FLAGS.plugin,
    )
    print(
        f"Wrote {FLAGS.workdir} and read it back: equal to the files.\n"
        f"Next: python -m tf_semsynth.synthesize --workdir={FLAGS.workdir} "
        "--layouts=<folder of label PNGs> --output=<folder>"
    )


def _read_classes():
    """The class table, or None for the default names."""
    if FLAGS.classes is None:
        return None
    if FLAGS.classes in PUBLISHED_CLASSES:
        from tf_semsynth.data.classes import load_classes

        return load_classes(FLAGS.classes, PUBLISHED_CLASSES[FLAGS.classes])
    if not os.path.isfile(FLAGS.classes):
        raise FileNotFoundError(
            f"--classes={FLAGS.classes} is neither a file nor one of "
            f"{', '.join(PUBLISHED_CLASSES)}."
        )
    return ClassTable.from_csv(FLAGS.classes, FLAGS.unknown_id)


if __name__ == "__main__":
    command.run(main, define_flags)
