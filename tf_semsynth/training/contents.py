"""What a training reads from files, so that a later run can compare it.

Where a file lies means nothing, what it says does. `config.json` keeps, for
each file that an option names, its SHA-256 and, of a table, the rows.
"""

import dataclasses
import hashlib
import os

from tf_semsynth.core import storage, text_file

_MOST_ROWS = 1000
_SHOWN = 5


def describe_contents(options, reader):
    """What `config.json` keeps of the files behind a training.

    Args:
        options: sequence of frozen dataclasses of `option` fields.
        reader: `DatasetReader` of the training examples.

    Returns:
        dict of JSON values: `files` (option -> SHA-256 and rows),
        `file_classes` (class table before a label map, or None), `examples`
        and `examples_in_order` (SHA-256 over their names).
    """
    files = {}
    for group in options:
        for field in dataclasses.fields(group):
            path = getattr(group, field.name)
            is_content = field.metadata.get("path") == "content"
            if is_content and path is not None and os.path.isfile(path):
                files[field.name] = _describe_file(path)
    # Without a label map these are the classes of the training.
    rule = getattr(reader, "rule", None)
    is_mapped = rule is not None and rule.label_map is not None
    return {
        "files": files,
        "file_classes": rule.file_classes.to_dict() if is_mapped else None,
        "examples": _digest(sorted(reader.names)),
        "examples_in_order": _digest(reader.names),
    }


def find_changes(before, now):
    """What files say otherwise than in an earlier run.

    Args:
        before, now: dicts, what `describe_contents` returned; an older
            version may have kept less, or nothing.

    Returns:
        List of str, a change each, and list of str, what cannot be compared.
    """
    changes, unknown = [], []
    old_files, files = before.get("files", {}), now["files"]
    for name, file in files.items():
        if name in old_files:
            changes += _compare_files(name, old_files[name], file)
        elif "files" not in before:
            unknown.append(f"the content of --{name}")
    if "examples" not in before:
        unknown.append("names and order of the examples")
    elif before["examples"] != now["examples"]:
        changes.append(
            "the training examples are others than there (files, or a list "
            "such as train.txt, have changed)"
        )
    elif before["examples_in_order"] != now["examples_in_order"]:
        changes.append(
            "the training examples are those there in another order (a list "
            "such as train.txt has changed)"
        )
    old, new = before.get("file_classes"), now["file_classes"]
    if old and new and old != new and not changes:
        rows = zip(_class_rows(old), _class_rows(new), strict=False)
        found = [f"{a} there, {b} now" for a, b in rows if a != b]
        changes.append(
            "the class table of the label files: "
            + (_shortened(found) or "other classes")
        )
    return changes, unknown


def _describe_file(path):
    try:
        rows = [",".join(cells) for _, cells in text_file.read_table(path)]
    except ValueError:  # Not a table.
        rows = None
    if rows is not None and len(rows) > _MOST_ROWS:
        rows = None
    return {"sha256": storage.sha256(path), "rows": rows}


def _compare_files(name, old, new):
    """A list of one change, or of none."""
    if old["sha256"] == new["sha256"]:
        return []
    if old["rows"] is None or new["rows"] is None:
        return [f"--{name}: another content"]
    gone = {row.split(",")[0]: row for row in old["rows"]}
    come = {row.split(",")[0]: row for row in new["rows"]}
    differences = [
        f"{gone.get(key, 'nothing')} there, {come.get(key, 'nothing')} now"
        for key in {**gone, **come}
        if gone.get(key) != come.get(key)
    ]
    if differences:
        return [f"--{name}: {_shortened(differences)}"]
    if sorted(old["rows"]) != sorted(new["rows"]):
        return [f"--{name}: other rows"]
    return []


def _class_rows(table):
    pairs = zip(table["names"], table["colours"], strict=True)
    rows = [f"{k} {name} {c}" for k, (name, c) in enumerate(pairs)]
    return [*rows, f"unknown {table['unknown_id']}"]


def _shortened(differences):
    more = len(differences) - _SHOWN
    words = "; ".join(differences[:_SHOWN])
    return words + (f" and {more} more" if more > 0 else "")


def _digest(names):
    # No name holds a zero byte.
    return hashlib.sha256("\0".join(names).encode()).hexdigest()
