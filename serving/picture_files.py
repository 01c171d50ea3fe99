"""Pictures on disk: in the wanted format, whole or not at all."""

import io
import os
import secrets
from pathlib import Path

# Not `Image.open`, which has a limit of its own on the number of pixels.
from PIL.PngImagePlugin import PngImageFile

from tf_semsynth_serving.errors import ServingError

FORMATS = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg"}


def encode_picture(png, format, quality):
    """A picture from the server in the format of its file.

    Args:
        png: bytes, as the server made it.
        format: "png", which changes nothing, or "jpg".
        quality: int, 1..100, of a JPEG.

    Returns:
        bytes.

    Raises:
        ServingError: It is damaged.
    """
    with open_picture(png) as picture:
        if format == "png":
            return png
        file = io.BytesIO()
        # Colour in full resolution, since users compare pictures closely.
        picture.save(file, "JPEG", quality=quality, subsampling=0)
        return file.getvalue()


def open_picture(png):
    """Opens a picture from the server, a `PIL.Image.Image`.

    Raises:
        ServingError: It is damaged.
    """
    try:
        PngImageFile(io.BytesIO(png)).verify()  # The checksums.
        picture = PngImageFile(io.BytesIO(png))
        picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise ServingError(
            f"The server's picture is damaged: {error}. Received {len(png)} "
            f"bytes that begin with {png[:8]!r}."
        ) from error
    return picture


def write_whole(path, data):
    """Writes a file under another name and renames it when it is complete."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
