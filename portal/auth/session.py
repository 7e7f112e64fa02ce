"""The logged-in person in a request: Flask-Login over our own rows, and default deny.

A view is open to anonymous visitors only when it carries :func:`public`. The cookie
holds a random token; the row behind it decides (``portal.auth.tokens``). What a person
may do then is asked of ``portal.auth.rights``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from portal.auth import addresses, kept, tokens
from portal.auth.rights import actor_of
from portal.config import Settings
from portal.db import db, reading, set_reading

View = TypeVar("View", bound=Callable[..., Any])

LAST_PERSON = "portal_orang"
LAST_PERSON_DAYS = 30
_SAFE = ("GET", "HEAD", "OPTIONS")
_ANSWERED = (302, 303)


class User(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login holds: one living session; the person is an ``Actor``."""

    def __init__(self, token: str, found: tokens.Found) -> None:
        self.token = token
        self.session_id = found.session_id
        self.person_id = found.person_id
        self.username = found.username
        self.language = found.language
        self.must_change = found.must_change

    def get_id(self) -> str:
        """The random token; its SHA-256 is looked up at each request."""
        return self.token


def public(view: View) -> View:
    """Open a view to visitors who are not logged in."""
    view.portal_public = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def before_change(view: View) -> View:
    """Let a person reach the view who must first change a one-time password."""
    view.portal_before_change = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def init_app(app: Flask) -> None:
    """Wire sessions, the gate and the restoring of kept forms into the application."""
    settings: Settings = app.config["PORTAL"]
    app.config.update(
        SESSION_COOKIE_NAME="portal_sesi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
    )
    manager = LoginManager()
    manager.session_protection = None  # the row decides; an address may change on the way
    manager.user_loader(load_user)
    manager.init_app(app)
    app.before_request(gate)
    app.after_request(restore)


def load_user(token: str) -> User | None:
    """The person behind a token, read in a transaction of its own.

    The last use is written at most once a minute, before the request's own transaction
    begins, so that a GET's never has to wait for a writer.
    """
    with reading(), Session(db.engine) as session:
        found = tokens.find(session, token)
    if found is None:
        return None
    if found.stale:
        with writing() as session:
            tokens.touch(session, found.session_id)
    return User(token, found)


def gate() -> ResponseReturnValue | None:
    """Refuse every view to anonymous visitors unless it is public."""
    # One application context may serve several requests; nobody inherits a person.
    g.pop("_login_user", None)
    g.pop("portal_actor", None)
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "portal_public", False):
        if request.method not in _SAFE:
            # Now, not inside the view's transaction: writing the last use would wait for it.
            current_user.is_authenticated  # noqa: B018
        return None
    if not current_user.is_authenticated:
        return ask_log_in()
    if current_user.must_change and not getattr(view, "portal_before_change", False):
        wanted = addresses.asked_for() if request.method in _SAFE else addresses.HOME
        return redirect(url_for("auth.change_password", next=wanted), 303)
    if request.method not in _SAFE:
        # Read before the view begins its writing transaction: the lock is held shorter.
        with reading(), Session(db.engine) as session:
            g.portal_actor = actor_of(session, current_user.person_id)
    return None


def begin(session: Session, person_id: int) -> str:
    """Write a new session for a person who proved the password; returns its token.

    A session this browser still had is ended: a new log-in never continues an old one.
    """
    if current_user.is_authenticated:
        tokens.revoke(session, current_user.person_id, current_user.session_id)
    agent = request.user_agent.string
    return tokens.issue(session, person_id, address=request.remote_addr or "", agent=agent)


def enter(token: str) -> None:
    """Put a new session into the cookie, after its row is committed; drops all before."""
    user = load_user(token)
    if user is None:
        raise LookupError("the session has just been written")
    cookie.clear()
    g.pop("portal_actor", None)
    cookie["language"] = user.language
    login_user(user)
    g.last_person = user.person_id


def leave() -> None:
    """Take the session out of the cookie; its row is revoked by the caller."""
    logout_user()
    cookie.clear()
    g.pop("portal_actor", None)


def ask_log_in() -> ResponseReturnValue:
    """Send to the log-in page and back; a POST is kept for the person it came from."""
    if request.method in _SAFE:
        wanted: str | None = addresses.asked_for()
        message = _("Silakan masuk untuk melanjutkan.")
    elif restoring := keep_post():
        wanted = restoring
        message = _("Sesi Anda sudah berakhir. Isian Anda disimpan; masuk untuk melanjutkan.")
    else:
        wanted = addresses.page_of_form()
        message = _("Sesi Anda sudah berakhir. Masuk lagi, lalu kirim sekali lagi.")
    flash(message, "info")
    target = url_for("auth.log_in", next=wanted)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)


def keep_post() -> str | None:
    """Keep the POST for its person; returns the address that restores it, or None.

    Must run before the request's own transaction begins.
    """
    person_id = _whose_request()
    if person_id is None:
        return None
    with writing() as session:
        fields = request.form.items(multi=True)
        row_id = kept.keep(session, person_id, request.path, fields)
    if row_id is None:
        return None
    page = addresses.page_of_form()
    if page is None:
        return url_for("auth.kept_form", row_id=row_id)
    return kept.with_parameter(page, row_id)


def restore(response: Response) -> Response:
    """After the view: show what it did not restore, forget what has been sent."""
    if kept.PARAMETER in request.args and request.method == "GET" and response.status_code < 500:
        return _fallback() or response
    if request.method == "POST" and request.path in cookie.get(kept.RESTORED, ()):
        _forget_sent(response)
    last = g.pop("last_person", None)
    if last is not None:
        response.set_cookie(
            LAST_PERSON,
            _signer().dumps(last),
            max_age=LAST_PERSON_DAYS * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response


@contextmanager
def writing() -> Iterator[Session]:
    """A short transaction of its own beside the request's, which may only read.

    Only where the request holds no write lock: on SQLite it would wait for itself.
    """
    db.session.rollback()
    set_reading(False)
    try:
        with Session(db.engine) as session, session.begin():
            yield session
    finally:
        set_reading(request.method in _SAFE)


def _fallback() -> Response | None:
    if g.get("kept_restored") or not current_user.is_authenticated or current_user.must_change:
        return None
    row_id = request.args.get(kept.PARAMETER, type=int)
    with reading(), Session(db.engine) as session:
        row = None if row_id is None else kept.find(session, current_user.person_id, row_id)
    if row is None:
        return None
    target = url_for("auth.kept_form", row_id=row_id, dari=request.path)
    return current_app.make_response(redirect(target, 303))


def _forget_sent(response: Response) -> None:
    if response.status_code not in _ANSWERED or not current_user.is_authenticated:
        return
    cookie[kept.RESTORED] = [path for path in cookie[kept.RESTORED] if path != request.path]
    with writing() as session:
        kept.forget(session, current_user.person_id, request.path)


def _whose_request() -> int | None:
    """The person of this request, even when the session has ended; None if unknown."""
    if current_user.is_authenticated:
        return int(current_user.person_id)
    token = cookie.get("_user_id")
    if isinstance(token, str):
        with reading(), Session(db.engine) as session:
            owner = tokens.owner_of(session, token)
        if owner is not None:
            return owner
    try:
        person_id = _signer().loads(request.cookies.get(LAST_PERSON, ""))
    except BadSignature:
        return None
    return person_id if isinstance(person_id, int) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="portal.last-person")
