"""A small WSGI application that serves an exported site, for the demo and for looking at it.

A ministry puts a web server in front of the folder; this is no replacement for one.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.security import safe_join
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def public_site(output: Path) -> Application:
    """Serve the live release behind ``output``; mount it where PORTAL_PUBLIC_URL points."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        return _answer(output, request)(environ, start_response)

    return application


def _answer(output: Path, request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        return Response("Hanya untuk dibaca.", status=405, headers={"Allow": "GET, HEAD"})
    # resolved once per request, so that a swap in between cannot mix two releases
    root = output.resolve()
    joined = safe_join(str(root), request.path.lstrip("/"))
    path = Path(joined) if joined else root / "404.html"
    if path.is_dir():
        if not request.path.endswith("/"):
            return redirect(f"{request.root_path}{request.path}/", 301)
        path = path / "index.html"
    status = 200
    if not path.is_file():
        path, status = root / "404.html", 404
    if not path.is_file():
        return Response("Situs publik belum dibangun.", status=404, mimetype="text/plain")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = Response(path.read_bytes(), status=status, mimetype=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response
