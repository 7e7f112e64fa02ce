"""Pages and files of the leaders' agenda: day and week, CSV, and iCalendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, render_template, request

from plugins.leadership_service import agenda as days_of
from plugins.leadership_service import register
from plugins.leadership_service.models import CLOSED, AgendaEvent
from plugins.leadership_service.views import KEY, READ, bp
from portal.api import (
    Actor,
    NotFound,
    csv_download,
    current_actor,
    now,
    require,
    today,
    transaction,
    waktu,
)

__all__ = ["bp"]  # the one blueprint, with the pages of the register and of the agenda


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the agenda an address asks for; ``span`` is 1 day or 7."""

    leaders: Sequence[str]
    chosen: str
    first: date
    span: int

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.first + timedelta(days=self.span - 1)

    @property
    def view(self) -> str:
        """The span as the address has it."""
        return "hari" if self.span == 1 else "pekan"


def _wanted(actor: Actor) -> Wanted:
    leaders = register.leaders_of(actor)
    chosen = request.args.get("pimpinan", "")
    if chosen not in leaders:
        chosen = leaders[0] if len(leaders) == 1 else ""
    span = 1 if request.args.get("tampilan") == "hari" else 7
    try:
        first = date.fromisoformat(request.args.get("tanggal", ""))
    except ValueError:
        first = today()
    # days near the ends of the calendar have no week around them
    first = min(max(first, date(1900, 1, 8)), date(9990, 1, 1))
    if span == 7:
        first -= timedelta(days=first.weekday())
    return Wanted([chosen] if chosen else leaders, chosen, first, span)


@bp.get("/agenda")
def agenda() -> str:
    """A leader's agenda, by day or week."""
    actor = current_actor()
    require(actor, READ)
    wanted = _wanted(actor)
    leaders = register.leaders_of(actor)
    with transaction() as session:
        zones = register.zones_of(session, leaders)
        zone = zones[wanted.leaders[0]]
        days = days_of.agenda(session, wanted.leaders, wanted.first, wanted.span, zone)
        clashes = days_of.clashes(days)
        readable = {row.id for day in days for row in day.events if row.kind != CLOSED}
        return render_template(
            f"{KEY}/agenda.html",
            # a free weekend needs no column
            days=[day for day in days if day.events or wanted.span == 1 or day.day.weekday() < 5],
            clashes=clashes,
            clashing={row.id for pair in clashes for row in pair},
            readable=readable,
            today=today(),
            leaders=[(leader, register.TITLES[leader]) for leader in leaders],
            wanted=wanted,
            before=wanted.first - timedelta(days=wanted.span),
            after=wanted.first + timedelta(days=wanted.span),
            titles=register.TITLES,
            kinds=days_of.KINDS,
            priorities=days_of.PRIORITIES,
            hours={
                row.id: days_of.hours(row, zones[row.leader]) for day in days for row in day.events
            },
            zone_name=waktu(now(), zone).rpartition(" ")[2],
        )


@bp.get("/agenda.csv")
def agenda_csv() -> Response:
    """The days shown, as CSV."""
    actor = current_actor()
    require(actor, READ)
    wanted = _wanted(actor)
    with transaction() as session:
        zone = register.zones_of(session, wanted.leaders)[wanted.leaders[0]]
        days = days_of.agenda(session, wanted.leaders, wanted.first, wanted.span, zone)
        rows = list(days_of.csv_rows(days, zone))
    return csv_download(f"agenda-{wanted.first.isoformat()}", days_of.CSV_HEAD, rows)


@bp.get("/agenda.ics")
def agenda_calendar() -> Response:
    """The days shown, for a calendar program."""
    actor = current_actor()
    require(actor, READ)
    wanted = _wanted(actor)
    with transaction() as session:
        zone = register.zones_of(session, wanted.leaders)[wanted.leaders[0]]
        days = days_of.agenda(session, wanted.leaders, wanted.first, wanted.span, zone)
        rows = {row.id: row for day in days for row in day.events}
        return _calendar(list(rows.values()), f"agenda-{wanted.first.isoformat()}")


@bp.get("/agenda/<int:event_id>.ics")
def meeting(event_id: int) -> Response:
    """One event, for a calendar program."""
    actor = current_actor()
    require(actor, READ)
    with transaction() as session:
        row = days_of.event_of(session, register.leaders_of(actor), event_id)
        if row is None:
            raise NotFound("Acara tidak ditemukan pada agenda yang boleh Anda baca.")
        return _calendar([row], f"acara-{row.id}")


def _calendar(rows: Sequence[AgendaEvent], name: str) -> Response:
    body = days_of.as_calendar(rows, request.host.partition(":")[0])
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return Response(body, content_type="text/calendar; charset=utf-8", headers=headers)
