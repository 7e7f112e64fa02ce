"""What surrounds every page: language, CSRF, headers, reading, template globals.

Nothing here knows a domain. Rights are asked of ``portal.auth``, numbers and dates
are written by ``portal.formats``, pages live in the blueprints.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.routing import IntegerConverter, ValidationError

from portal import clock
from portal.auth.rights import Actor, current_actor
from portal.config import Settings
from portal.db import db, set_reading
from portal.errors import Forbidden
from portal.forms import blank_row, labels_of
from portal.web import assets, errors, i18n
from portal.web.menu import Menu, menu_of

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FILTERS = ("tanggal", "hari", "waktu", "tenggat", "rupiah", "angka", "durasi", "ukuran")
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")

LARGEST_ID = 2**31 - 1

csrf = CSRFProtect()


class RowId(IntegerConverter):
    """``<int:…>`` in addresses: a number that no row can have is an unknown address."""

    def to_python(self, value: str) -> int:
        """The number, within what the databases store."""
        number: int = super().to_python(value[:20])
        if number > LARGEST_ID:
            raise ValidationError
        return number


def init_app(app: Flask) -> None:
    """Wire the frame into the application; before the blueprints."""
    settings: Settings = app.config["PORTAL"]
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session lives
    app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
    app.config.setdefault("SESSION_COOKIE_SECURE", settings.base_url.startswith("https://"))
    app.url_map.converters["int"] = RowId
    app.before_request(begin_request)
    app.after_request(add_headers)
    app.teardown_request(end_request)
    csrf.init_app(app)
    i18n.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    app.context_processor(template_context)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for name in FILTERS:
        app.jinja_env.filters[name] = _filter(name)
    app.jinja_env.filters["initials"] = initials
    app.jinja_env.filters["labels"] = labels_of
    # Globals, not context: macros that are imported see only these.
    app.jinja_env.globals.update(form_key=form_key, blank_row=blank_row)


def begin_request() -> None:
    """Number the request, and say whether its transactions only read."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    set_reading(request.method in ("GET", "HEAD", "OPTIONS"))
    if request.method == "HEAD":
        # Views know reading and sending only; the server leaves the body out by itself.
        request.method = "GET"


def end_request(error: BaseException | None = None) -> None:
    """Leave the thread as it was: whoever uses it next may write."""
    set_reading(False)


def add_headers(response: Response) -> Response:
    """Security headers on every answer; pages are never stored by a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def actor_or_none() -> Actor | None:
    """The person who is logged in, or None."""
    try:
        return current_actor()
    except Forbidden:
        return None


def form_key() -> str:
    """A fresh key for a form; a form shown again after an error keeps its key."""
    sent = request.form.get("form_key", "")
    return sent if FORM_KEY.fullmatch(sent) else secrets.token_urlsafe(16)


def initials(name: str) -> str:
    """The first letters of the first two words of a name, for the round mark."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def template_context() -> dict[str, Any]:
    """Names that every template may use; the person is looked up only if used."""
    return {
        "actor": LocalProxy(actor_or_none),
        "menu": _menu,
        "parts": _parts,
        "settings": LocalProxy(_settings),
        "now": clock.now,
        "language": i18n.chosen_language(),
        "request_id": g.get("request_id", ""),
    }


def _menu() -> Menu:
    actor = actor_or_none()
    return () if actor is None else menu_of(actor)


def _parts(slot: str) -> Markup:
    """What plugins add to the frame of a page at this place."""
    actor = actor_or_none()
    if actor is None:
        return Markup()
    context = {"actor": actor, "session": db.session()}
    return Markup().join(current_app.extensions["portal_host"].slot(slot, context))


def _settings() -> Settings:
    settings: Settings = current_app.config["PORTAL"]
    return settings


def _filter(name: str) -> Callable[..., str]:
    def convert(value: Any, *args: Any, **options: Any) -> str:
        """Write a value the Indonesian way (``portal.formats``)."""
        function = getattr(import_module("portal.formats"), name)
        text: str = function(value, *args, **options)
        return text

    return convert
