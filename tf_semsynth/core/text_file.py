"""Reads the text files that users hand over, all by one rule.

UTF-8 with or without a byte-order mark, UTF-16 with one; lines that end as on
Unix, Windows or old Macs. Blank lines, comments (lines that begin with `#`)
and the spaces around a line are passed over.
"""

import codecs
import csv
import re
from pathlib import Path

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# A table may begin with the colours: `#4682b4,0,sky` is no comment.
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\s*(,|$)")


def read_text(path):
    """The content of a text file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no text, or in another encoding.
    """
    data = Path(path).read_bytes()
    found = (name for mark, name in _MARKS.items() if data.startswith(mark))
    try:
        text = data.decode(next(found, "utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: expected a text file in UTF-8, or in UTF-16 with a "
            f"byte-order mark. Received: {error}. Save it as UTF-8."
        ) from error
    if "\0" in text:
        raise ValueError(
            f"{path}: expected a text file in UTF-8. Received: zero bytes, as "
            "files in UTF-16 or UTF-32 have them. Save it as UTF-8."
        )
    return text


def read_lines(path):
    """The lines of a text file that say something.

    Args:
        path: path.

    Returns:
        List of (place for messages, line without the spaces around it).

    Raises:
        OSError, ValueError: As in `read_text`.
    """
    # Files that were put together may have a mark in the middle.
    lines = [
        (f"{path}, line {number}", line.lstrip("\ufeff").strip())
        for number, line in enumerate(
            re.split(r"\r\n|\r|\n", read_text(path)), 1
        )
    ]
    return [(where, line) for where, line in lines if not _is_comment(line)]


def read_table(path):
    """The rows of a CSV file, the heading among them.

    Args:
        path: path.

    Returns:
        List of (place for messages, list of cells without the spaces around
        them). A row may not go over several lines.

    Raises:
        OSError, ValueError: As in `read_text`, or a row is no CSV.
    """
    rows = []
    for where, line in read_lines(path):
        try:
            (cells,) = csv.reader([line], skipinitialspace=True, strict=True)
        except csv.Error as error:
            raise ValueError(
                f"{where}: expected values with commas between them. "
                f"Received: {line!r} ({error})."
            ) from error
        cells = [cell.strip() for cell in cells]
        if any(cells):
            rows.append((where, cells))
    return rows


def _is_comment(line):
    return not line or (line.startswith("#") and not _COLOUR.match(line))
