"""What can be wrong with a data set, told with file, problem and remedy."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Args:
        file: str, the file or folder, as the user can find it.
        problem: str, a sentence: what is wrong, expected, received.
        remedy: str, a sentence: how to put it right.
    """

    file: str
    problem: str
    remedy: str

    def __str__(self):
        return f"{self.file}: {self.problem} {self.remedy}"


class DataError(ValueError):
    """A file of a data set cannot be used; carries the `Fault`."""

    def __init__(self, file, problem, remedy):
        self.fault = Fault(str(file), problem, remedy)
        super().__init__(str(self.fault))


class NoSplitError(ValueError):
    """A data set does not have the split that was asked for."""


class NotDividedError(NoSplitError):
    """Lists name its other splits, and none says what is of this one."""


def raise_if_any(faults, limit=10):
    """Raises one error that lists the first faults.

    Args:
        faults: Sequence of `Fault`.
        limit: int, how many are listed; the others are counted.

    Raises:
        ValueError: There are faults.
    """
    if not faults:
        return
    lines = [str(fault) for fault in faults[:limit]]
    if len(faults) > limit:
        lines.append(f"... and {len(faults) - limit} more.")
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    raise ValueError(
        f"the data set has {count}; nothing was left out or repaired.\n"
        + "\n".join(lines)
        + "\n`python -m tf_semsynth.prepare_data --check` lists all of them."
    )
