"""Static files under an address that names their content, so that they never expire.

One digest covers the whole tree: relative references inside the style sheets stay
true, and a changed file changes every address. An address with another digest (a page
from before an update) still answers, but may not be cached.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

from portal.auth.session import public

STATIC = Path(__file__).parent / "static"
ENDPOINT = "static"
IMMUTABLE = "public, max-age=31536000, immutable"


def tree_digest(root: Path) -> str:
    """Twelve hex digits over the names and bytes of all files below ``root``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Serve ``portal/web/static``; ``url_for('static', filename=…)`` adds the digest."""
    digest = tree_digest(STATIC)

    @public
    def static(version: str, filename: str) -> Response:
        response = send_from_directory(STATIC, filename, conditional=True)
        response.headers["Cache-Control"] = IMMUTABLE if version == digest else "no-cache"
        return response

    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values.setdefault("version", digest)

    app.add_url_rule("/static/<version>/<path:filename>", ENDPOINT, static)
    app.url_default_functions.setdefault(None, []).append(add_version)
