"""One deadline for a request with all its tries, and the waits between them."""

import random
import time

from tf_semsynth_serving.errors import DeadlineExceeded, Unavailable

FIRST_WAIT = 0.2  # Seconds.
LONGEST_WAIT = 5.0


class Deadline:
    """A point in time that a request and its tries share.

    Args:
        seconds: float, from now.
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self):
        """The seconds until then, negative afterwards."""
        return self._end - time.monotonic()

    def check(self):
        """The seconds that are left.

        Raises:
            DeadlineExceeded: There are none.
        """
        left = self.left
        if left <= 0:
            raise DeadlineExceeded(
                f"There was no answer within {self.seconds:g} s. A busy or "
                "slow server needs more time: --deadline=<seconds>."
            )
        return left


def call_with_retries(call, deadline, retries):
    """Calls a server, and again while it is unavailable.

    The waits double from 0.2 to 5 seconds, each shortened by chance by up to
    a half, so that clients that failed together do not come back together.
    Other errors are not tried again: a wrong request stays wrong, and a full
    server is not helped by more requests.

    Args:
        call: function of the seconds that are left.
        deadline: `Deadline`.
        retries: int, tries after the first one.

    Returns:
        What `call` returns.

    Raises:
        Unavailable: The server still was at the last try, or would have been
            tried again after the deadline.
        DeadlineExceeded: The deadline passed.
    """
    for number in range(retries + 1):
        try:
            return call(deadline.check())
        except Unavailable as error:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2**number)
            wait *= random.uniform(0.5, 1.0)
            if number == retries or wait >= deadline.left:
                tries = "once" if number == 0 else f"{number + 1} times"
                raise Unavailable(f"{error} (Tried {tries}.)") from error
        time.sleep(wait)
