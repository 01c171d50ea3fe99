"""What a file says about how it is to be seen: heeded, or refused.

Pixels are used as they are stored, as the official code does. A file that asks
to be turned, played or shown with other values is not what its user sees, so it
is refused with the remedy; see docs/data.md, "What a file says of itself".
`serving/` has the same file, as it has `file_parts.py`.
"""

import struct
from typing import NamedTuple

from tf_semsynth.data import file_parts

_TURNS = {
    2: "mirrored",
    3: "turned by 180 degrees",
    4: "mirrored, upside down",
    5: "turned by 90 degrees and mirrored",
    6: "turned by 90 degrees clockwise",
    7: "turned by 90 degrees and mirrored",
    8: "turned by 90 degrees anticlockwise",
}
# Transfer functions of ITU-T H.273 that look like sRGB's.
_USUAL_TRANSFERS = {1, 2, 6, 13, 14, 15}
_SRGB_GAMMA, _TOLERANCE = 1 / 2.2, 0.1


class Marks(NamedTuple):
    """What stands beside the pixels.

    Attributes:
        orientation: int, of EXIF, 1 (upright) to 8.
        num_frames: int, pictures of an animated PNG.
        gamma: float or None, of a PNG without colour profile.
        transfer: int or None, the transfer function of a PNG (cICP).
    """

    orientation: int = 1
    num_frames: int = 1
    gamma: float | None = None
    transfer: int | None = None


def read_png_marks(file, behind_pixels=True):
    """Reads the `Marks` of a PNG.

    Args:
        file: open binary file.
        behind_pixels: bool, whether to look there, too, where EXIF may stand.

    Returns:
        `Marks`.
    """
    found = {}
    for kind, length in file_parts.walk_png(file):
        if kind == b"IDAT" and not behind_pixels:
            break
        if kind in (b"eXIf", b"acTL", b"gAMA", b"cICP", b"sRGB", b"iCCP"):
            found.setdefault(kind, file.read(length))
    marks = Marks()
    if b"eXIf" in found:
        exif = found[b"eXIf"].removeprefix(b"Exif\0\0")
        orientation = file_parts.read_orientation(exif)
        marks = marks._replace(orientation=orientation)
    if len(found.get(b"acTL", b"")) == 8:
        (count,) = struct.unpack(">I", found[b"acTL"][:4])
        marks = marks._replace(num_frames=count)
    if len(found.get(b"cICP", b"")) == 4:
        marks = marks._replace(transfer=found[b"cICP"][1])
    has_profile = found.keys() & {b"sRGB", b"iCCP", b"cICP"}
    if len(found.get(b"gAMA", b"")) == 4 and not has_profile:
        (gamma,) = struct.unpack(">I", found[b"gAMA"])
        marks = marks._replace(gamma=gamma / 100000)
    return marks


def read_jpeg_marks(file):
    """Reads the `Marks` of a JPEG, an open binary file."""
    for code, length in file_parts.walk_jpeg(file):
        if code == 0xE1:
            body = file.read(length)
            if body.startswith(b"Exif\0\0"):
                return Marks(file_parts.read_orientation(body[6:]))
    return Marks()


def find_other_view(marks):
    """Why a picture is not seen as its pixels lie: it is turned, or moves.

    Args:
        marks: `Marks`.

    Returns:
        (problem, remedy), two sentences, or None.
    """
    if marks.orientation != 1:
        return (
            f"has the EXIF orientation {marks.orientation}: it is shown "
            f"{_TURNS[marks.orientation]}, but its pixels would be used as "
            "they are stored.",
            "Save it upright (PIL.ImageOps.exif_transpose does) and see that "
            "photo, label and instance map fit; or remove the tag if it is "
            "wrong.",
        )
    if marks.num_frames > 1:
        return (
            f"is an animation of {marks.num_frames} pictures.",
            "Save the one that is meant as a file of its own.",
        )
    return None


def find_other_values(marks):
    """Why a photo is not seen as its values are: they are far from sRGB's.

    Returns:
        (problem, remedy) or None.
    """
    said = None
    if marks.gamma is not None:
        if abs(marks.gamma / _SRGB_GAMMA - 1) > _TOLERANCE:
            said = f"gamma {marks.gamma:.3f} (gAMA), not sRGB's 0.455"
    if marks.transfer is not None and marks.transfer not in _USUAL_TRANSFERS:
        said = f"the transfer function {marks.transfer} (cICP), not sRGB's"
    if said is None:
        return None
    return (
        f"says that its values have {said}: it looks otherwise than its "
        "values would as sRGB.",
        "Convert it to sRGB, or remove the mark if it is wrong.",
    )
