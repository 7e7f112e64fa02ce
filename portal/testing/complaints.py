"""For tests of complaints: a host with one standard, and a reporter who fills in the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.org.models import Position
from portal.plugins.host import RegisteredStandard
from portal.standards.document import ComplaintRoute, Standard
from portal.testing.desk import SampleHost

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.complaints.facts import ComplaintFacts

KEY = "sample"
TITLE = "Contoh pelayanan"
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
        "text": "Surat saya belum dijawab selama dua bulan.",
        "identity": "bernama",
        **changes,
    }
