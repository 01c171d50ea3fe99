"""The mean of what a step returns, where Keras would keep the last."""


class RunningMean:
    """Calls a function and returns the mean of its results so far.

    Keras reports, for an epoch, what the last step returned, unless that are
    Keras metrics, which do not work on several hosts.

    Args:
        function: Function that returns a dictionary of scalars.
    """

    def __init__(self, function):
        self.function = function
        self.reset()

    def reset(self):
        """Forgets all results."""
        self.count, self.totals = 0, {}

    def __call__(self, *args):
        scalars = self.function(*args)
        self.count += 1
        for name, value in scalars.items():
            self.totals[name] = self.totals.get(name, 0.0) + value
        return {name: x / self.count for name, x in self.totals.items()}
