"""The test client: Flask's, plus log-in, forms with their hidden fields, and isolation.

Each request runs in a context of its own, as on a real server: nothing that a
test holds open (an application context, ``flask.g``, the test's own ``session``)
leaks into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.testing.world import PASSWORD


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes and what it holds, as a browser would send it."""

    action: str
    method: str
    id: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        """The names of all fields and buttons that a browser could send."""
        return {name for name, _ in [*self.fields, *self.buttons]}


class _Forms(HTMLParser):
    """Collects the forms of a page with the values already in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None
        self._chosen: list[str] = []
        self._first: str | None = None
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._form = Form(
                at.get("action", ""), at.get("method", "get").lower(), at.get("id", "")
            )
            self.forms.append(self._form)
        if self._form is None or "disabled" in at:
            return
        name = at.get("name", "")
        if tag == "input" and name:
            self._input(self._form, name, at)
        elif tag == "button" and name:
            self._form.buttons.append((name, at.get("value", "")))
        elif tag == "textarea" and name:
            self._area, self._text = name, ""
        elif tag == "select" and name:
            self._select, self._chosen, self._first = (name, "multiple" in at), [], None
        elif tag == "option" and self._select is not None:
            if self._first is None:
                self._first = at.get("value", "")
            if "selected" in at:
                self._chosen.append(at.get("value", ""))

    @staticmethod
    def _input(form: Form, name: str, at: Mapping[str, str]) -> None:
        kind = at.get("type", "text")
        if kind == "submit":
            form.buttons.append((name, at.get("value", "")))
        elif kind in ("checkbox", "radio"):
            if "checked" in at:
                form.fields.append((name, at.get("value", "on")))
        elif kind not in ("file", "button", "image", "reset"):
            form.fields.append((name, at.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        form = self._form
        if form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None:
            form.fields.append((self._area, self._text.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select is not None:
            name, many = self._select
            chosen = self._chosen
            if not chosen and not many and self._first is not None:
                chosen = [self._first]
            form.fields.extend((name, value) for value in chosen)
            self._select = None


def forms(page: TestResponse | str) -> list[Form]:
    """The forms of a page, with the values that stand in them."""
    parser = _Forms()
    parser.feed(page if isinstance(page, str) else page.get_data(as_text=True))
    parser.close()
    return parser.forms


class PortalClient(FlaskClient):
    """A browser without JavaScript, for one person."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; what the test's own session did is committed before."""
        if has_app_context():
            from portal.db import db

            # Else the test itself would hold SQLite's write lock against the request;
            # the commit also expires what was loaded, so the test sees the new state.
            db.session.commit()
        kwargs.setdefault("buffered", True)  # read to its end: a file that is sent is closed
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        return response

    def login(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Log in through ``/masuk`` as a person would; returns the answer to the POST.

        Raises AssertionError if the portal did not let the person in.
        """
        response = self.submit("/masuk", {"username": username, "password": password})
        assert response.status_code in (302, 303), f"log-in of {username} was refused"
        return response

    def logout(self) -> TestResponse:
        """Log out by the button that every page has."""
        return self.submit("/profil", {}, action="/keluar")

    def csrf_token(self, page: str = "/masuk") -> str:
        """The CSRF token of the first POST form of a page."""
        for form in forms(self.get(page, follow_redirects=True)):
            for name, value in form.fields:
                if name == "csrf_token":
                    return value
        raise AssertionError(f"no form with a CSRF token at {page}")

    def form(self, page: str, action: str | None = None) -> Form:
        """The POST form of ``page``; ``action`` (path, or the form's id) picks one of several."""
        response = self.get(page)
        assert response.status_code == 200, f"GET {page}: {response.status}"
        return choose(response, page, action)

    def submit(
        self,
        page: str,
        data: Mapping[str, Any] | None = None,
        *,
        action: str | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        """Open ``page``, fill its form with ``data`` and send it, hidden fields and all.

        ``data`` replaces fields by name; a list sends the name several times, None leaves
        it out, a tuple ``(stream, filename)`` is a file. Other keywords go to
        ``post`` (``follow_redirects=True`` …).
        """
        return self.send(self.form(page, action), data, page=page, **kwargs)

    def send(
        self,
        form: Form,
        data: Mapping[str, Any] | None = None,
        *,
        page: str = "/",
        **kwargs: Any,
    ) -> TestResponse:
        """Send a form fetched before (a stale page, a second click)."""
        given = dict(data or {})
        body: dict[str, list[Any]] = {}
        for name, value in form.fields:
            if name not in given:
                body.setdefault(name, []).append(value)
        for name, value in given.items():
            if value is not None:
                body[name] = value if isinstance(value, list) else [value]
        target = urlsplit(urljoin(page, form.action or page))
        path = target.path + (f"?{target.query}" if target.query else "")
        return self.post(path, data=body, **kwargs)


def choose(response: TestResponse, page: str, action: str | None = None) -> Form:
    """The POST form of a page; ``action`` (path, or the form's id) picks one of several."""
    candidates = [form for form in forms(response) if form.method == "post"]
    if action is None:
        # The log-out button stands on every page; the page's own form is meant.
        candidates = [f for f in candidates if urlsplit(f.action).path != "/keluar"] or candidates
    else:
        candidates = [f for f in candidates if action in (urlsplit(f.action).path, f.id)]
    assert candidates, f"no POST form {action or ''} at {page}"
    return candidates[0]
