"""Runs a network over pictures, but for those that it has seen before."""

from tf_semsynth.core.progress_line import ProgressLine
from tf_semsynth.evaluation.result_cache import ResultCache


class NetworkPass:
    """What judging and taking features have in common.

    Args:
        cache: path of the folder of caches, or None: nothing is kept.
        batch_size: int, pictures at once.
        report: Function that takes a line about a damaged cache.
        show: bool, whether progress is shown.
    """

    def __init__(self, cache, batch_size=8, report=print, show=True):
        self.cache = cache
        self.batch_size = batch_size
        self.report = report
        self.show = show

    def collect(self, identity, digests, compute, what, dtype, out=None):
        """Finds or computes the row of each key.

        Args:
            identity: dict, see `ResultCache`.
            digests: dict, key -> digest.
            compute: Function from a list of keys to an iterable of
                (key, row), in that order.
            what: str for the progress line.
            dtype: dtype of the rows.
            out: dict-like that receives the rows; a new dict by default.

        Returns:
            `out`, key -> row.
        """
        rows = {} if out is None else out
        if self.cache is None:
            for key, row in compute(list(digests)):
                rows[key] = row
            return rows
        cache = ResultCache(
            self.cache, identity, digests.values(), dtype, self.report
        )
        missing = []
        for key, digest in digests.items():
            row = cache.get(digest)
            if row is None:
                missing.append(key)
            else:
                rows[key] = row
        cache.forget()
        if not missing:
            return rows
        with cache, MaybeProgress(self.show, len(missing), what) as line:
            for key, row in compute(missing):
                cache.put(digests[key], row)
                rows[key] = row
                line.advance()
        return rows


class MaybeProgress:
    """A progress line, or none."""

    def __init__(self, show, total, what):
        self._line = ProgressLine(total, what) if show else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._line is not None:
            self._line.__exit__(*error)

    def advance(self):
        if self._line is not None:
            self._line.advance()
