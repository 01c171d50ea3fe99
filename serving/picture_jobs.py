"""Which pictures are to be made of which layouts."""

import re
from pathlib import Path
from typing import NamedTuple

from tf_semsynth_serving.picture_files import FORMATS


class Job(NamedTuple):
    """One layout and the pictures to make of it.

    Attributes:
        layout: path.
        outputs: paths, one for each seed.
    """

    layout: Path
    outputs: tuple


def find_jobs(layout, output, format, num_seeds):
    """Pairs layouts with the pictures that are to be made of them.

    Args:
        layout: path of a PNG or of a folder of them.
        output: path of a picture, or of a folder.
        format: "png", "jpg" or None.
        num_seeds: int; with more than one, k is put behind the name.

    Returns:
        jobs: List of `Job`.
        format: "png" or "jpg".
        others: int, files in the folder that are no PNG.

    Raises:
        OSError: There is no such layout.
        ValueError: The folder holds none, or the names do not fit.
    """
    if layout.is_dir():
        return _find_in_folder(layout, output, format, num_seeds)
    if not layout.is_file():
        raise FileNotFoundError(
            f"{layout} is no file and no folder. --layout must name a label "
            "PNG or a folder of them."
        )
    by_suffix = FORMATS.get(output.suffix.lower())
    if by_suffix is None or output.is_dir():
        raise ValueError(
            f"--output={output} must end in .png or .jpg: --layout={layout} "
            "is one file, so it names a picture."
        )
    if format not in (None, by_suffix):
        raise ValueError(
            f"--output={output} and --format={format} contradict each other. "
            "Leave --format out."
        )
    names = _names(output.stem, output.suffix, num_seeds)
    outputs = tuple(output.with_name(name) for name in names)
    if layout.resolve() in [path.resolve() for path in outputs]:
        raise ValueError(
            f"--output={output} would replace the layout itself. Choose "
            "another name."
        )
    return [Job(layout, outputs)], by_suffix, 0


def leave_out_existing(jobs):
    """The jobs of which a picture is missing."""
    return [job for job in jobs if not all(p.exists() for p in job.outputs)]


def refuse_existing(jobs):
    """Refuses to write over pictures.

    Raises:
        OSError: There is one already.
    """
    old = [path for job in jobs for path in job.outputs if path.exists()]
    if old:
        raise FileExistsError(
            f"{len(old)} of the pictures that would be written are there "
            f"already, such as {old[0]}. Choose another --output, or write "
            "over them with --overwrite, or leave their layouts out with "
            "--skip_existing."
        )


def _find_in_folder(folder, output, format, num_seeds):
    if output.is_file():
        raise ValueError(
            f"--output={output} is a file, but --layout={folder} a folder. "
            "Name a folder for the pictures."
        )
    if output.resolve() == folder.resolve():
        raise ValueError(
            f"--output={output} is the folder of the layouts: pictures would "
            "replace them. Choose another folder."
        )
    files = [p for p in folder.iterdir() if p.is_file()]
    layouts = sorted(
        (p for p in files if p.suffix.lower() == ".png"), key=_natural
    )
    if not layouts:
        raise ValueError(
            f"{folder}: there is no PNG in this folder. Folders in it are not "
            "searched."
        )
    format = format or "png"
    jobs, owners = [], {}
    for path in layouts:
        names = _names(path.stem, f".{format}", num_seeds)
        for name in names:
            if name in owners:
                raise ValueError(
                    f"{path} and {owners[name]} would both make {name}. "
                    "Rename one of them."
                )
            owners[name] = path
        jobs.append(Job(path, tuple(output / name for name in names)))
    return jobs, format, len(files) - len(layouts)


def _names(stem, suffix, num_seeds):
    if num_seeds == 1:
        return [f"{stem}{suffix}"]
    return [f"{stem}_{k}{suffix}" for k in range(num_seeds)]


def _natural(path):
    """A sorting key that puts 2 before 10."""
    parts = re.split(r"(\d+)", path.name)
    return [(0, int(p)) if p.isdigit() else (1, p) for p in parts if p]
