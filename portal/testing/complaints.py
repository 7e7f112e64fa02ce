"""For tests of complaints: a host with one standard, a reporter and officials in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.org.models import Position
from portal.plugins.host import RegisteredStandard
from portal.standards.document import ComplaintRoute, Standard
from portal.testing.client import PortalClient
from portal.testing.desk import SampleHost

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.complaints.facts import ComplaintFacts

KEY = "sample"
TITLE = "Contoh pelayanan"
TEXT = "Surat saya belum dijawab selama dua bulan."
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")
NUMBER = re.compile(r"PGD-\d{4}-\d{4,}")
ROUTE = ComplaintRoute("karo-otlak", ("kabag-akin-1", "kabag-akin-2"), "Kepala bagian")

STANDARD = Standard(
    key=KEY,
    number="1",
    version=1,
    title=TITLE,
    decree="Contoh",
    source="Contoh",
    effective=date(2020, 1, 1),
    review_due=None,
    responsible="Kepala Biro",
    unit="Biro",
    users=(),
    output=(),
    outcome=(),
    complaints=ROUTE,
    evaluation_months=12,
    clauses=(),
    stages=(),
)


class ComplaintHost(SampleHost):
    """Serves the sample standard; ``answer`` routes complaints as a plugin would."""

    answer: Callable[[ComplaintFacts], Position | None] | None = None

    def standards(self) -> list[RegisteredStandard]:
        """The sample standard with its clause H."""
        return [RegisteredStandard(KEY, KEY, STANDARD, ())]

    def route_complaint(self, session: Session, complaint: ComplaintFacts) -> Position | None:
        """What the test has laid down."""
        return None if self.answer is None else self.answer(complaint)


def filled(kind: str = "keluhan", **changes: Any) -> dict[str, Any]:
    """What a reporter types into the form of ``/pengaduan/baru``."""
    return {
        "kind": kind,
        "standard": KEY,
        "about": "",
        "case_number": "",
        "text": TEXT,
        "identity": "bernama",
        **changes,
    }


def page(client: PortalClient, address: str) -> str:
    """The text of a page that must be there."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status}"
    return response.get_data(as_text=True)


def complain(client: PortalClient, kind: str = "keluhan", **changes: object) -> tuple[str, str]:
    """File a complaint through its form; number and code of the acknowledgement."""
    response = client.submit("/pengaduan/baru", filled(kind, **changes), follow_redirects=True)
    text = response.get_data(as_text=True)
    assert response.status_code == 200, text
    assert response.request.path == "/pengaduan/tanda-terima", text
    number, code = NUMBER.search(text), CODE.search(text)
    assert number, text
    assert code, text
    return number[0], code[0]


def decide(client: PortalClient, number: str, outcome: str, **fields: object) -> None:
    """Do the open step of a complaint as the official whose turn it is."""
    address = f"/pengaduan/{number}/tangani"
    task = re.search(rf"{address}/\d+", page(client, address))
    assert task, f"{address}: nothing to do"
    response = client.submit(address, {"outcome": outcome, **fields}, action=task[0])
    assert response.status_code == 303, response.get_data(as_text=True)


def answer(
    client: PortalClient, number: str, text: str = "Sudah kami jawab.", **fields: object
) -> None:
    """Answer a complaint; ``files`` may be a tuple (stream, name)."""
    decide(client, number, "answered", answer=text, **fields)


def track(app: Flask, code: str) -> tuple[int, str]:
    """Status and page that somebody reads who has only the code."""
    response = visitor(app).submit("/pengaduan/lacak", {"code": code})
    return response.status_code, response.get_data(as_text=True)


def visitor(app: Flask) -> PortalClient:
    """A browser in which nobody has logged in."""
    client = app.test_client()
    assert isinstance(client, PortalClient)
    return client
