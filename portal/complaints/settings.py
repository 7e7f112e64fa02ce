"""What administrators lay down for complaints: working days, the complaint officer, next ways.

The shipped values follow the channels of public complaints (5, 14 and 60 working days, ten
to object) and UU 25/2009 article 46 (the Ombudsman). All of it is data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.auth.rights import Actor, administrators, policy, require
from portal.complaints.conflict import Chart
from portal.complaints.facts import Kind
from portal.complaints.models import ComplaintSetting
from portal.errors import Invalid
from portal.org import service as org
from portal.org.models import Position

RIGHT = "system.complaints"
policy(RIGHT)(administrators)

LONGEST = 365


@dataclass(frozen=True, slots=True)
class Way:
    """Where a reporter may turn next, in words."""

    title: str
    text: str


WAYS = (
    Way(
        "Atasan pejabat yang menangani",
        "Bila pengaduan tidak ditangani pada waktunya, sampaikan kepada atasan langsung pejabat"
        " yang menanganinya.",
    ),
    Way(
        "Inspektorat Kementerian Sekretariat Negara",
        "Bila Anda menduga ada pelanggaran atau khawatir penanganannya memihak.",
    ),
    Way(
        "Ombudsman Republik Indonesia",
        "Bila Anda tidak menghendaki penyelesaian oleh penyelenggara pelayanan, atau tidak puas"
        " dengan penyelesaiannya (UU Nomor 25 Tahun 2009 Pasal 46).",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Days are working days; ``officer`` is a position's code."""

    days: dict[str, int] = field(
        default_factory=lambda: {
            str(Kind.COMPLAINT): 60,
            str(Kind.GRIEVANCE): 14,
            str(Kind.SUGGESTION): 14,
            str(Kind.INFORMATION): 5,
        }
    )
    reopen_days: int = 10
    officer: str = "kepala-inspektorat"
    ways: tuple[Way, ...] = WAYS


def load_settings(session: Session) -> Settings:
    """The settings in force; one query."""
    rows = session.execute(select(ComplaintSetting.name, ComplaintSetting.value))
    stored: dict[str, Any] = {row.name: row.value for row in rows}
    shipped = Settings()
    return Settings(
        days={**shipped.days, **stored.get("days", {})},
        reopen_days=stored.get("reopen_days", shipped.reopen_days),
        officer=stored.get("officer", shipped.officer),
        ways=tuple(Way(**each) for each in stored["ways"]) if "ways" in stored else shipped.ways,
    )


def officer_of(session: Session, settings: Settings) -> Position:
    """The complaint officer's position; raises NotFound when the code is unknown."""
    return org.position_by_code(session, settings.officer)


def save_settings(session: Session, actor: Actor, chart: Chart, wanted: Settings) -> None:
    """Lay the settings down for complaints filed from now on.

    Raises:
        Invalid: a number of days out of range, or an officer with no superior (a complaint
            about that officer would have nowhere to go).
    """
    require(actor, RIGHT)
    for number in (*wanted.days.values(), wanted.reopen_days):
        if not 1 <= number <= LONGEST:
            raise Invalid(_("Tulis 1 sampai %(most)s hari kerja.", most=LONGEST))
    officer = officer_of(session, wanted)
    if officer.id not in chart.seats:
        raise Invalid(_("Jabatan petugas pengaduan sudah tidak berlaku; pilih yang lain."))
    if chart.superior(officer.id) is None:
        raise Invalid(
            _("Pilih petugas pengaduan yang mempunyai atasan, agar pengaduan tentang petugas itu"
              " dapat ditangani atasannya.")
        )  # fmt: skip
    values = {
        "days": wanted.days,
        "reopen_days": wanted.reopen_days,
        "officer": wanted.officer,
        "ways": [{"title": each.title, "text": each.text} for each in wanted.ways],
    }
    for name, value in values.items():
        row = session.get(ComplaintSetting, name)
        if row is None:
            session.add(ComplaintSetting(name=name, value=value))
        else:
            row.value = value
    data = {key: values[key] for key in ("days", "reopen_days", "officer")}
    audit.append(
        session, "system", "complaints.settings", data, actor=actor.name, person_id=actor.person_id
    )
