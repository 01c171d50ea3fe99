"""Pictures on disk: in the wanted format, whole or not at all."""

import io
import os
import secrets
from pathlib import Path

from PIL import Image

from tf_semsynth_serving.errors import InvalidRequest, ServingError

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
        Image.open(io.BytesIO(png)).verify()  # The checksums.
        picture = Image.open(io.BytesIO(png))
        picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise ServingError(
            f"The server's picture is damaged: {error}. Received {len(png)} "
            f"bytes that begin with {png[:8]!r}."
        ) from error
    return picture


def read_style(style):
    """A style picture as the bytes of a PNG or JPEG.

    Raises:
        InvalidRequest: It is neither.
        OSError: The file cannot be read.
    """
    name = "the style picture"
    if isinstance(style, Image.Image):
        file = io.BytesIO()
        style.convert("RGB").save(file, "PNG")
        return file.getvalue()
    if isinstance(style, (str, os.PathLike)):
        name = str(style)
        style = Path(style).read_bytes()
    if not style.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise InvalidRequest(
            f"{name} is no PNG and no JPEG. Received {len(style)} bytes that "
            f"begin with {style[:8]!r}. Save it as one of them."
        )
    return style


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
