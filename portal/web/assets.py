"""Static files under an address that names their content, so that they never expire.

One digest covers the whole tree: relative references inside the style sheets stay
true, and a changed file changes every address. An address with another digest (a page
from before an update) still answers, but may not be kept. The files (less than a
megabyte) are read once, at the start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

from portal.auth.session import public

STATIC = Path(__file__).parent / "static"
ENDPOINT = "static"
IMMUTABLE = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


def read_tree(root: Path) -> dict[str, bytes]:
    """The servable files below ``root`` by their relative path, sorted."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }


def tree_digest(files: Mapping[str, bytes]) -> str:
    """Twelve hex digits over the names and bytes of all files."""
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Serve ``portal/web/static``; ``url_for('static', filename=…)`` adds the digest."""
    files = read_tree(STATIC)
    digest = tree_digest(files)

    @public
    def static(version: str, filename: str) -> Response:
        data = files.get(filename)
        if data is None:
            abort(404)
        response = Response(data, content_type=TYPES[Path(filename).suffix])
        response.headers["Cache-Control"] = IMMUTABLE if version == digest else "no-cache"
        response.set_etag(digest)
        response.make_conditional(request)
        return response

    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values.setdefault("version", digest)

    app.add_url_rule("/static/<version>/<path:filename>", ENDPOINT, static)
    app.url_default_functions.setdefault(None, []).append(add_version)
