"""Makes pictures of many layouts with a limited number of requests at once."""

import concurrent.futures
import threading
from typing import NamedTuple

from tf_semsynth_serving.errors import (
    ServingError,
    Unauthenticated,
    Unavailable,
)
from tf_semsynth_serving.picture_files import encode_picture, write_whole
from tf_semsynth_serving.progress_line import ProgressLine

_MAX_LISTED = 20


class PictureOptions(NamedTuple):
    """How each picture is made.

    Attributes:
        seeds: tuple of ints.
        style: bytes of a picture, or None.
        format: "png" or "jpg".
        quality: int, of JPEGs.
    """

    seeds: tuple
    style: bytes | None
    format: str
    quality: int

    def signature(self):
        """The name of the signature that makes them."""
        if self.style is not None:
            return "synthesize_with_style"
        if len(self.seeds) > 1:
            return "synthesize_variants"
        return "synthesize_png"


def run_jobs(client, jobs, options, in_flight):
    """Makes the pictures, with a limited number of requests under way.

    A fault of one layout does not stop the others. Where the server is gone,
    or does not know us, no more are handed out.

    Args:
        client: `Client`.
        jobs: List of `Job`.
        options: `PictureOptions`.
        in_flight: int.

    Returns:
        faults: List of (path, error), in the order of the jobs.
        untried: int, layouts that were not tried.
    """
    faults, untried = {}, 0
    stop = threading.Event()

    def work(job):
        """Whether the job was tried."""
        if stop.is_set():
            return False
        try:
            _make_pictures(client, job, options)
        except (Unavailable, Unauthenticated):
            stop.set()  # The others would fare no better.
            raise
        return True

    line = ProgressLine(len(jobs), "layouts")
    with concurrent.futures.ThreadPoolExecutor(in_flight) as pool:
        futures = {pool.submit(work, job): n for n, job in enumerate(jobs)}
        try:
            for future in concurrent.futures.as_completed(futures):
                try:
                    untried += not future.result()
                except (OSError, ValueError, ServingError) as error:
                    faults[futures[future]] = error
                if not stop.is_set():
                    line.advance()
        finally:
            stop.set()  # Where this was interrupted, too.
            line.end()
    listed = [(jobs[n].layout, error) for n, error in sorted(faults.items())]
    return listed, untried


def describe_faults(faults, untried):
    """Lists what went wrong, by file."""
    lines = [f"error: {count_words(len(faults), 'layout')} failed."]
    for path, error in faults[:_MAX_LISTED]:
        words = words_of(error)
        is_named = words.startswith(str(path))
        lines.append(f"  {words}" if is_named else f"  {path}: {words}")
    if len(faults) > _MAX_LISTED:
        lines.append(f"  ... and {len(faults) - _MAX_LISTED} more.")
    if untried:
        lines.append(
            f"{untried} more were not tried after that. --skip_existing goes "
            "on where this stopped."
        )
    return "\n".join(lines)


def words_of(error):
    """What is told of an error."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


def count_words(number, noun):
    """Such as "1 layout" and "2 layouts"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _make_pictures(client, job, options):
    if options.style is not None:
        (seed,) = options.seeds
        pngs = [client.with_style_bytes(job.layout, options.style, seed)]
    elif len(options.seeds) == 1:
        pngs = [client.synthesize_bytes(job.layout, options.seeds[0])]
    else:
        pngs = client.variants_bytes(job.layout, options.seeds)
    for path, png in zip(job.outputs, pngs, strict=True):
        write_whole(path, encode_picture(png, options.format, options.quality))
