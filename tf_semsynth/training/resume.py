"""Going on where an earlier run of the same training stopped."""

from tf_semsynth.core import checkpoint

# What may change from one run of a training to the next: it changes neither
# what is learned nor the order of the pictures, or only where they lie.
FREE = {
    "data": ("data_dir", "tfrecords"),
    "training": (
        "num_steps",
        "num_epochs",
        "checkpoint_every",
        "sample_every",
        "eval_every",
        "eval_features",
        "eval_judge",
        "eval_pictures",
        "log_every",
        "num_samples",
        "keep_checkpoints",
        "max_minutes",
        "strategy",
        "vgg_weights",
    ),
}
_COMPARED = ("system", "config", "classes", "data", "training")


def check_same_training(before, now, path):
    """Checks that a run goes on with what the runs before it had.

    Args:
        before: dict, the work directory's `config.json`.
        now: dict, what `config.json` would be for this run.
        path: str, the work directory, for the message.

    Raises:
        ValueError: names all fields that differ, with both values.
    """
    differences = find_differences(before, now)
    if differences:
        listing = "\n".join(
            f"  {name}: {old!r} there, {new!r} now"
            for name, old, new in differences
        )
        raise ValueError(
            f"{path} holds a training with other settings:\n{listing}\n"
            "Expected the same settings to go on with it. Take another "
            f"--workdir to train anew (--init_from={path} starts from its "
            "weights), or repeat the settings that it has."
        )


def find_differences(before, now):
    """The settings that differ and may not.

    Returns:
        list of (name, value before, value now).
    """
    differences = []
    for section in _COMPARED:
        old, new = before[section], now[section]
        if not isinstance(old, dict):
            old, new = {"": old}, {"": new}
        for field in sorted({*old, *new} - {*FREE.get(section, ())}):
            if old.get(field) != new.get(field):
                name = f"{section}.{field}".rstrip(".")
                differences.append((name, old.get(field), new.get(field)))
    return differences


def restore_newest(system, workdir, report=print):
    """Restores the newest whole checkpoint of a work directory.

    Args:
        system: A compiled `System`.
        workdir: `WorkDir`.
        report: function of one str, told what was found.

    Returns:
        bool, whether there was one.

    Raises:
        ValueError: the checkpoint does not fit, or all are damaged.
    """
    info = checkpoint.newest_valid(workdir.checkpoints, report)
    if info is None:
        return False
    checkpoint.restore(info.path, system.checkpoint_roots())
    report(f"Resuming from {info.path}.")
    return True
