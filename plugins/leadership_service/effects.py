"""What the steps do beyond the workflow, and the checks of starts and steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.leadership_service.models import AgendaEvent, RegisterLine
from plugins.leadership_service.workflow import LEADERS, office_of
from portal.api import (
    Actor,
    Case,
    EffectContext,
    Invalid,
    issue_number,
    local_day,
    now,
    number_letter,
)

TITLES = dict(LEADERS)
LETTER = {"register": "surat", "pattern": "B-{seq}/Kemensetneg/{month}/{year}"}


def own_office(session: Session, case: Case | dict[str, Any], actor: Actor) -> str | None:
    """Start of a letter: staff register for the leader that their own office serves."""
    data = case if isinstance(case, dict) else case.data
    wanted = f"staf-tu-{office_of(str(data.get('pimpinan')))}"
    if any(holding.position_code == wanted for holding in actor.holdings):
        return None
    title = TITLES.get(str(data.get("pimpinan")), "pimpinan itu")
    return f"Surat untuk {title} dicatat oleh subbagian tata usahanya sendiri."


def sealed_empty(session: Session, case: Case | dict[str, Any], actor: Actor) -> str | None:
    """Start of a letter: a sealed envelope is not opened, so it has no subject here."""
    data = case if isinstance(case, dict) else case.data
    if data.get("tertutup") and (data.get("hal") or data.get("lampiran") or data.get("berkas")):
        return (
            "Surat dalam amplop tertutup tidak dibuka. Kosongkan hal, lampiran, dan berkas,"
            " atau hapus centang amplop tertutup."
        )
    if not data.get("tertutup") and not data.get("hal"):
        return "Isi hal surat, atau centang amplop tertutup bila surat tidak dibuka."
    return None


def register_letter(context: EffectContext) -> None:
    """Step 1: the agenda number in the office's register of the year."""
    case, data = context.case, context.case.data
    kind = str(context.record.get("jenis"))
    if case.sealed != (kind == "tertutup"):
        raise Invalid(
            "Jenis surat tertutup hanya untuk amplop tertutup."
            if not case.sealed
            else "Untuk amplop tertutup pilih jenis surat sangat rahasia/pribadi.",
            {"jenis": "Sesuaikan jenisnya."},
        )
    leader = str(data["pimpinan"])
    office = office_of(leader)
    received = datetime.fromisoformat(data["diterima"]) if data.get("diterima") else now()
    day = local_day(received)
    entry = issue_number(
        context.session,
        f"leadership.{office}",
        on=day,
        subject=case.title,
        case_id=case.id,
        task_id=context.task.id,
        pattern="{seq}/{year}",
    )
    letter_day = data.get("tanggal")
    context.session.add(
        RegisterLine(
            case_id=case.id,
            case_number=case.number,
            office=office,
            leader=leader,
            year=day.year,
            agenda=entry.number,
            kind=kind,
            received=received,
            sender="" if case.sealed else str(data.get("asal", "")),
            letter_number=str(data.get("nomor", "")),
            letter_date=date.fromisoformat(letter_day) if letter_day else None,
            subject="" if case.sealed else str(data.get("hal", "")),
            security=str(data.get("keamanan", "B")),
            sealed=case.sealed,
        )
    )
    context.task.record = {**context.task.record, "agenda": entry.number}


def sort_again(context: EffectContext) -> None:
    """Second sorting: another telaahan comes back to the leader before anything else."""
    kinds = context.record.get("jenis") or []
    if "telaah" in kinds and len(kinds) > 1:
        raise Invalid(
            "Bila perlu telaahan lagi, pilih telaahan saja; tindak lanjut lain dipilih sesudahnya.",
            {"jenis": "Pilih telaahan saja, atau hapus centangnya."},
        )


def coordinate(context: EffectContext) -> None:
    """Step 4b2: an invitation that is needed is named."""
    if context.record.get("perlu_undangan") and not context.record.get("undangan"):
        raise Invalid(
            "Surat undangan diperlukan; isi nomor atau keterangannya.",
            {"undangan": "Isi nomor atau keterangan surat undangan."},
        )


def register_reply(context: EffectContext) -> None:
    """Step 4a: the reply's number."""
    number_letter(context, context.task.step, "konsep", **LETTER)


def enter_agenda(context: EffectContext) -> None:
    """Step 4b1: the approved event enters the leader's agenda."""
    record = context.record
    starts = datetime.fromisoformat(record["mulai"])
    ends = datetime.fromisoformat(record["selesai"])
    if ends <= starts:
        raise Invalid(
            "Acara tidak dapat selesai sebelum dimulai. Perbaiki waktu selesainya.",
            {"selesai": "Harus sesudah waktu mulai."},
        )
    leader = str(context.case.data["pimpinan"])
    kinds = _kinds(context)
    row = context.session.scalar(
        select(AgendaEvent).where(
            AgendaEvent.case_id == context.case.id, AgendaEvent.step == context.task.step
        )
    )
    if row is None:
        row = AgendaEvent(
            case_id=context.case.id,
            case_number=context.case.number,
            step=context.task.step,
            leader=leader,
        )
        context.session.add(row)
    row.title, row.kind = record["judul"], kinds
    row.starts, row.ends, row.place = starts, ends, record["tempat"]
    row.priority, row.urgency = record["prioritas"], record["urgensi"]


def _kinds(context: EffectContext) -> str:
    start = context.case.start
    return {"audience": "audiensi", "attendance": "kehadiran", "invitation": "undangan"}.get(
        start, "acara"
    )


CHECKS = {"own-office": own_office, "sealed-empty": sealed_empty}
EFFECTS = {
    "register-letter": register_letter,
    "sort-again": sort_again,
    "coordinate": coordinate,
    "register-reply": register_reply,
    "enter-agenda": enter_agenda,
}
