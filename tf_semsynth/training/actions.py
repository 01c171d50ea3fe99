"""What happens around the steps: the base class of periodic actions."""


class Action:
    """Something that is done every few steps of a training.

    Subclasses override `act`, and `begin` and `end` where they need them.

    Args:
        every: int, the number of steps from one time to the next; 0 means
            only at the end, or never if `at_end` is false.
        at_end: bool, whether the last step counts as due.

    Raises:
        ValueError: `every` is negative.
    """

    def __init__(self, every, at_end=False):
        if every < 0:
            raise ValueError(
                f"{type(self).__name__} is done every so many steps: expected "
                f"0 (off) or more. Received: every={every}."
            )
        self.every = every
        self.at_end = at_end

    def is_due(self, progress):
        """Whether to act after this step."""
        if progress.is_last and self.at_end:
            return True
        return self.every > 0 and progress.step % self.every == 0

    def begin(self, progress):
        """Called once, before the first step of a run."""

    def act(self, progress):
        """Called after each step that is due.

        Args:
            progress: `training.progress.Progress`.
        """
        raise NotImplementedError

    def end(self, progress):
        """Called once, after the last step and after an error."""
