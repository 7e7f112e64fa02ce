"""Local addresses: which ``next=`` is safe, and which page shows the form just posted."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

HOME = "/tugas"
LONGEST = 1500


def safe_next(address: str | None) -> str:
    """The address if it is a page of this portal, else the inbox.

    Only a path of our own passes: no scheme, no host, nothing a browser could read as
    one (``//``, backslashes, control characters).
    """
    if not address or len(address) > LONGEST or not address.startswith("/"):
        return HOME
    if any(sign == "\\" or ord(sign) <= 32 or ord(sign) == 127 for sign in address):
        return HOME
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("//"):
        return HOME
    return address if is_page(parts.path) and parts.path != "/masuk" else HOME


def is_page(path: str) -> bool:
    """True when a GET of this (quoted) path reaches a view."""
    adapter = current_app.url_map.bind("")
    try:
        adapter.match(unquote(path), method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def asked_for() -> str:
    """The path with its query that this request asked for."""
    query = request.query_string.decode("latin-1")
    return quote(request.path) + (f"?{query}" if query else "")


def page_of_form() -> str | None:
    """The page that shows the form just posted: its own address, else where it came from."""
    if is_page(quote(request.path)):
        return asked_for()
    if not request.referrer:
        return None
    parts = urlsplit(request.referrer)
    if parts.netloc != request.host or not is_page(parts.path):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
