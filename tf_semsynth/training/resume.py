"""Going on where an earlier run of the same training stopped."""

import dataclasses

from tf_semsynth.core import checkpoint
from tf_semsynth.training.contents import find_changes

# What may change from one run of a training to the next: it changes neither
# what is learned nor the order of the pictures. Options that name a place may,
# too, and of a file its content counts (`path` in `core.config.option`).
FREE = {
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
    ),
}
_COMPARED = ("system", "config", "classes", "data", "training")
_SEPARATE = ("contents", "init_from")  # Of "training", compared on their own.


def check_same_training(
    before, now, path, option_classes=None, is_begun=True, report=print
):
    """Checks that a run goes on with what the runs before it had.

    Args:
        before: dict, the work directory's `config.json`.
        now: dict, what `config.json` would be for this run.
        path: str, the work directory, for the message.
        option_classes: dict, section -> dataclass of its options: an option
            that `before` lacks had its default.
        is_begun: bool, whether there is a checkpoint.
        report: function of one str, told what cannot be compared.

    Raises:
        ValueError: names all that differs, with both values.
    """
    option_classes = option_classes or {}
    differences = [
        f"{name}: {old!r} there, {new!r} now"
        for name, old, new in find_differences(before, now, option_classes)
    ]
    if not is_begun:
        differences += _compare_starts(before["training"], now["training"])
    changes, unknown = find_changes(
        before["training"].get("contents", {}), now["training"]["contents"]
    )
    differences += changes
    if differences:
        listing = "\n".join(f"  {words}" for words in differences)
        raise ValueError(_refusal(listing, path, is_begun))
    if unknown:
        report(
            f"{path} comes from an earlier version, which did not keep "
            f"{', '.join(unknown)}: taken as unchanged."
        )
    forgotten = find_forgotten(before, option_classes)
    if forgotten:
        report(
            f"{path} has options that this version does not know, so they "
            f"are passed over: {', '.join(forgotten)}."
        )


def find_differences(before, now, option_classes):
    """The settings that differ and may not.

    Args:
        before, now, option_classes: as for `check_same_training`.

    Returns:
        list of (name, value before, value now).
    """
    differences = []
    for section in _COMPARED:
        old, new = before[section], now[section]
        if not isinstance(old, dict):
            old, new = {"": old}, {"": new}
        fields = _fields(option_classes.get(section))
        old = {**{name: f.default for name, f in fields.items()}, **old}
        free = {*FREE.get(section, ()), *_SEPARATE}
        for name in sorted(new.keys() - free):
            before_value = old.get(name)
            path = fields[name].metadata.get("path") if name in fields else None
            # Whether there is a file counts, not where it lies.
            is_same = path and None not in (before_value, new[name])
            if path == "place" or is_same or before_value == new[name]:
                continue
            differences.append(
                (f"{section}.{name}".rstrip("."), before_value, new[name])
            )
    return differences


def find_forgotten(before, option_classes):
    """Options in an old `config.json` that there are no more, as words."""
    known = {"num_examples", *_SEPARATE}
    return [
        f"{section}.{name}={value!r}"
        for section, option_class in option_classes.items()
        for name, value in before[section].items()
        if name not in known and name not in _fields(option_class)
    ]


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


def _fields(option_class):
    if option_class is None:
        return {}
    return {field.name: field for field in dataclasses.fields(option_class)}


def _compare_starts(before, now):
    """The weights to start from matter until there is a checkpoint."""
    old, new = (each.get("init_from") for each in (before, now))
    if "init_from" not in before or old == new:
        return []
    return [f"init_from: {old!r} there, {new!r} now"]


def _refusal(listing, path, is_begun):
    if is_begun:
        return (
            f"{path} holds a training with other settings:\n{listing}\n"
            "Expected the same settings to go on with it. Take another "
            f"--workdir to train anew (--init_from={path} starts from its "
            "weights), or repeat the settings that it has."
        )
    return (
        f"{path} was begun with other settings and has no checkpoint yet:\n"
        f"{listing}\nTake another --workdir, or repeat the settings that it "
        f"has. If nothing of it is wanted, remove {path} first."
    )
