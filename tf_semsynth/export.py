"""Writes a trained system as a SavedModel for a server, or looks into one.

python -m tf_semsynth.export --workdir=<dir> --output=exports/cc_fpse/1
python -m tf_semsynth.export --inspect=exports/cc_fpse/1

The output ends in the version. --inspect lists the operations of any
SavedModel without running it.
"""

from absl import flags

from tf_semsynth.core import command

FLAGS = flags.FLAGS


def define_flags():
    flags.DEFINE_string("workdir", None, "folder that train or convert made")
    flags.DEFINE_string(
        "output",
        None,
        "folder of the new version, such as exports/cc_fpse/1: ends in a "
        "whole number and must not exist",
    )
    flags.DEFINE_bool(
        "warmup",
        True,
        "write warm-up records for TensorFlow Serving; needs [serving]",
    )
    flags.DEFINE_list(
        "warmup_batch_sizes",
        ["1"],
        "pictures in a request of the warm-up records, separated by commas; "
        "a server with batching should know its batch sizes",
    )
    flags.DEFINE_bool(
        "verify",
        True,
        "run the export in a process of its own and compare its pictures",
    )
    flags.DEFINE_string(
        "inspect",
        None,
        "folder of a SavedModel whose operations are listed; nothing is run "
        "or written",
    )


def main():
    if FLAGS.inspect is not None:
        _inspect(FLAGS.inspect)
    else:
        _export()


def _inspect(directory):
    from tf_semsynth.exporting import inspection

    parts = inspection.inspect_saved_model(directory)
    print(inspection.format_parts(directory, parts))


def _export():
    for name in ("workdir", "output"):
        if FLAGS[name].value is None:
            raise command.UsageError(
                f"--{name} is missing: {FLAGS[name].help}."
            )
    batch_sizes = _batch_sizes(FLAGS.warmup_batch_sizes)
    # TensorFlow is loaded from here on.
    from tf_semsynth.exporting import warmup_records, writer
    from tf_semsynth.systems import registry

    writer.check_version(FLAGS.output)
    if FLAGS.warmup:
        warmup_records.check_serving_api()
    system = registry.load_system(FLAGS.workdir)
    print(f"Exporting to {FLAGS.output} ...", flush=True)
    record = writer.export_system(
        system,
        FLAGS.output,
        warmup=FLAGS.warmup,
        verify=FLAGS.verify,
        warmup_batch_sizes=batch_sizes,
    )
    print(f"Signatures: {', '.join(record['signatures'])}")
    if "warmup" in record:
        sizes = ", ".join(map(str, record["warmup"]["batch_sizes"]))
        print(
            f"Warm-up records: {record['warmup']['records']}, for requests of "
            f"{sizes} pictures"
        )
    if "verification" in record:
        found = record["verification"]
        print(
            "Verified without this package, by both loaders: at most "
            f"{found['max_grey_levels']} grey levels from the Python model "
            f"(folding: {found['max_float_difference']:.1g})"
        )
    print(f"Wrote {FLAGS.output}")


def _batch_sizes(texts):
    try:
        return [int(text) for text in texts]
    except ValueError:
        raise command.UsageError(
            "--warmup_batch_sizes must be whole numbers separated by commas. "
            f"Received: {','.join(texts)}"
        ) from None


if __name__ == "__main__":
    command.run(main, define_flags)
