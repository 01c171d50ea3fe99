"""The studio's files, with the types that browsers insist on."""

import os
from pathlib import Path

from starlette.staticfiles import StaticFiles

STUDIO = Path(__file__).resolve().parents[1] / "studio"
# Not left to the machine's own table: modules of another type are not run.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class StudioFiles(StaticFiles):
    """The files of a folder, `index.html` for `/`.

    Args:
        folder: str or path.
    """

    def __init__(self, folder=STUDIO):
        super().__init__(directory=folder, html=True, check_dir=False)

    def file_response(self, full_path, *args, **kwargs):
        response = super().file_response(full_path, *args, **kwargs)
        suffix = os.path.splitext(full_path)[1].lower()
        content_type = TYPES.get(suffix, "application/octet-stream")
        response.headers["content-type"] = content_type
        # Asked again each time, so that page and model stay of one release.
        response.headers["cache-control"] = "no-cache"
        return response
