"""Where a training stands."""

import collections
import dataclasses
import time
from collections.abc import Callable


@dataclasses.dataclass
class Progress:
    """Where a training stands; actions read it.

    Attributes:
        step: int, steps done, those of earlier runs included.
        num_steps: int, the step to stop at.
        batch_size: int, pictures in a step, over all devices.
        scalars: dict, name -> float, of the last step: `loss/...`.
        is_last: bool, whether no step follows in this run.
        max_minutes: float, time limit of this run in minutes; 0 for none.
        clock: function without arguments that returns seconds.
    """

    step: int
    num_steps: int
    batch_size: int
    scalars: dict = dataclasses.field(default_factory=dict)
    is_last: bool = False
    max_minutes: float = 0.0
    clock: Callable = time.monotonic

    def __post_init__(self):
        self.first_step = self.step
        self._started = self.clock()
        self._timed_from = self._started
        self._recent = collections.deque(maxlen=50)

    @property
    def seconds(self):
        """Wall-clock seconds since this run's first step began."""
        return self.clock() - self._started

    @property
    def is_out_of_time(self):
        """Whether the time limit of this run is over."""
        return 0 < self.max_minutes * 60 <= self.seconds

    @property
    def images_per_second(self):
        """Pictures a second over the last 50 steps; None before there is one.

        The first step of a run does not count, since it builds the graph,
        nor does the time between the steps.
        """
        total = sum(self._recent)
        return self.batch_size * len(self._recent) / total if total else None

    @property
    def seconds_left(self):
        """Estimated seconds to the end of this run; None at its begin."""
        timed_steps = self.step - self.first_step - 1
        if timed_steps < 1:
            return None
        pace = (self.clock() - self._timed_from) / timed_steps
        left = pace * (self.num_steps - self.step)
        if self.max_minutes:
            left = min(left, self.max_minutes * 60 - self.seconds)
        return max(left, 0.0)

    def count(self, scalars, seconds):
        """Counts one step that took so many seconds."""
        self.step += 1
        self.scalars = scalars
        if self.step == self.first_step + 1:
            self._timed_from = self.clock()
        else:
            self._recent.append(seconds)
