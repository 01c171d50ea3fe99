"""Keeps what a network said about a picture, found again by its content."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np

from tf_semsynth.core import storage

_ROWS_PER_SHARD = 512
_SECONDS_PER_SHARD = 20.0


class ResultCache:
    """Rows of numbers by digest, in a folder of shards.

    A row is what one network gave for one picture: features, or a confusion
    matrix. It is found by the picture's digest, so an unchanged picture costs
    nothing in a later run, wherever its file lies, and a stopped run goes on
    where it stopped: rows are written every 20 seconds. Nothing is ever
    changed in place. Each shard is `shard_<n>.npz`, renamed into place: the
    digests, the lengths of the rows, the rows one after the other and a
    checksum. A damaged shard is reported, removed and its rows are computed
    again.

    Memory: the rows that were found, until `forget`, and at most 512 new ones;
    2048 features of 50,000 pictures are 400 MB.

    Args:
        folder: path of the cache.
        identity: dict of JSON values: everything but the picture that a row
            hangs on, such as the network's fingerprint and input size.
        wanted: Iterable of digests (32 bytes each); other rows are passed
            over when shards are read.
        dtype: dtype of the rows.
        report: Function that takes a line about a damaged shard.

    Example:
    >>> with ResultCache(folder, {"network": "n"}, [digest]) as cache:
    ...     cache.put(digest, [1.0, 2.0])
    ...     cache.get(digest)
    array([1., 2.], dtype=float32)
    """

    def __init__(self, folder, identity, wanted, dtype="float32", report=print):
        text = json.dumps(identity, sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.folder = Path(folder, f"{identity.get('kind', 'rows')}_{name}")
        self.folder.mkdir(parents=True, exist_ok=True)
        about = self.folder / "about.json"
        if not about.exists():
            storage.write_text(about, text + "\n")
        self._dtype = np.dtype(dtype)
        self._rows = {}
        self._new = {}
        self._last_write = time.monotonic()
        wanted = set(wanted)
        for shard in sorted(self.folder.glob("shard_*.npz")):
            try:
                self._rows.update(self._read(shard, wanted))
            except Exception as error:  # Zip, zlib, NumPy: all their kinds.
                report(
                    f"{shard} is damaged ({error}): its rows are computed "
                    "again."
                )
                shard.unlink()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.flush()

    def get(self, digest):
        """The row of a digest, or None."""
        row = self._rows.get(digest)
        return self._new.get(digest) if row is None else row

    def forget(self):
        """Lets go of the rows that were read from shards."""
        self._rows = {}

    def put(self, digest, row):
        """Keeps a row, in memory until it is written."""
        self._new[digest] = np.array(row, self._dtype)
        waited = time.monotonic() - self._last_write
        if len(self._new) >= _ROWS_PER_SHARD or waited > _SECONDS_PER_SHARD:
            self.flush()

    def flush(self):
        """Writes the rows that no shard has yet."""
        self._last_write = time.monotonic()
        if not self._new:
            return
        rows = list(self._new.values())
        digests = np.frombuffer(b"".join(self._new), "uint8").reshape(-1, 32)
        lengths = np.array([len(row) for row in rows], "int64")
        values = np.concatenate(rows)
        name = hashlib.sha256(digests.tobytes()).hexdigest()[:16]
        path = self.folder / f"shard_{name}.npz"
        unfinished = path.with_name(storage.temporary_name(path.name))
        np.savez(
            unfinished,
            digests=digests,
            lengths=lengths,
            values=values,
            checksum=_checksum(digests, lengths, values),
        )
        unfinished.rename(path)
        self._new = {}

    def _read(self, path, wanted):
        with np.load(path, allow_pickle=False) as file:
            digests, lengths = file["digests"], file["lengths"]
            values, checksum = file["values"], file["checksum"]
        if _checksum(digests, lengths, values) != str(checksum):
            raise ValueError("its checksum is wrong")
        found, start = {}, 0
        for digest, length in zip(digests, lengths.tolist(), strict=True):
            digest = digest.tobytes()
            if digest in wanted:
                # A copy, so that the rest of the shard can be let go.
                found[digest] = values[start : start + length].copy()
            start += length
        return found


def _checksum(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
