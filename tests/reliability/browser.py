"""A browser without JavaScript over real HTTP: cookies, forms with hidden fields, files."""

from __future__ import annotations

import http.client
import urllib.parse
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from portal.testing.client import forms
from portal.testing.world import PASSWORD

#: How a request ends whose server is killed before, while, or after it worked.
GONE = (ConnectionError, http.client.HTTPException, TimeoutError)

Upload = tuple[str, str, bytes]
"""Field, file name and content."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it went out; sent again it is the same form."""

    page: str
    fields: tuple[tuple[str, str], ...]
    upload: Upload | None = None

    @property
    def key(self) -> str:
        return dict(self.fields)["form_key"]


@dataclass
class Browser:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, page: str) -> Answer:
        return self._request("GET", page)

    def log_in(self, username: str) -> None:
        answer = self.post(self.form("/masuk", {"username": username, "password": PASSWORD}))
        assert answer.status in (302, 303), answer.text

    def form(
        self, page: str, data: Mapping[str, str] | None = None, upload: Upload | None = None
    ) -> Sent:
        """Fill the page's own form; another page instead of the form is a failure."""
        answer = self.get(page)
        assert answer.status == 200, f"GET {page}: {answer.status}"
        found = [each for each in forms(answer.text) if each.method == "post"]
        own = [each for each in found if not each.action or each.action == page]
        assert own, f"no form at {page}: {answer.text}"
        given = dict(data or {})
        fields = [(name, value) for name, value in own[0].fields if name not in given]
        return Sent(page, (*fields, *given.items()), upload)

    def post(self, sent: Sent) -> Answer:
        if sent.upload is None:
            body = urllib.parse.urlencode(sent.fields).encode()
            return self._request("POST", sent.page, body, "application/x-www-form-urlencoded")
        mark = uuid.uuid4().hex
        return self._request(
            "POST",
            sent.page,
            _multipart(mark, sent.fields, sent.upload),
            f"multipart/form-data; boundary={mark}",
        )

    def _request(self, method: str, page: str, body: bytes = b"", kind: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        try:
            connection.request(method, page, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, value in SimpleCookie(line).items():
                self.cookies[name] = value.value
        return Answer(response.status, response.headers.get("Location", ""), text)


def _multipart(mark: str, fields: Sequence[tuple[str, str]], upload: Upload) -> bytes:
    parts: list[Any] = []
    for name, value in fields:
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}')
    name, file, content = upload
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    )
    return (
        "\r\n".join(parts).encode()
        + b"\r\n"
        + head.encode()
        + content
        + f"\r\n--{mark}--\r\n".encode()
    )
