"""What the steps do beyond the workflow, and the checks of starts and steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.leadership_service.models import CLOSED, AgendaEvent, RegisterLine
from plugins.leadership_service.workflow import EVENT, LEADERS, office_of
from portal.api import (
    Actor,
    Case,
    EffectContext,
    Invalid,
    issue_number,
    local_day,
    now,
    number_letter,
    step_record,
)

TITLES = dict(LEADERS)
UNSEEN = ("asal", "hal", "lampiran", "berkas")
"""What a sealed envelope does not show."""
LETTER = {"register": "surat", "pattern": "B-{seq}/Kemensetneg/{month}/{year}"}


def own_office(session: Session, case: Case | dict[str, Any], actor: Actor) -> str | None:
    """Start of a letter: staff register for the leader that their own office serves."""
    data = case if isinstance(case, dict) else case.data
    if not data.get("pimpinan"):
        return None  # the form asks for it
    wanted = f"staf-tu-{office_of(str(data.get('pimpinan')))}"
    if any(holding.position_code == wanted for holding in actor.holdings):
        return None
    title = TITLES.get(str(data.get("pimpinan")), "pimpinan itu")
    return f"Surat untuk {title} dicatat oleh subbagian tata usahanya sendiri."


def sealed_empty(session: Session, case: Case | dict[str, Any], actor: Actor) -> str | None:
    """Start of a letter: of a sealed envelope number and dates are recorded, nothing else."""
    data = case if isinstance(case, dict) else case.data
    if data.get("tertutup") and any(data.get(name) for name in UNSEEN):
        return (
            "Surat dalam amplop tertutup tidak dibuka. Kosongkan pengirim, hal, lampiran, dan"
            " berkas, atau hapus centang amplop tertutup."
        )
    if not data.get("tertutup") and not (data.get("hal") and data.get("asal")):
        return "Isi pengirim dan hal surat, atau centang amplop tertutup bila surat tidak dibuka."
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
            speed=str(data.get("kecepatan") or ""),
            sealed=case.sealed,
        )
    )
    context.task.record = {**context.task.record, "agenda": entry.number}


def give_direction(context: EffectContext) -> None:
    """Step 2: how fast; and the register may name the subject of a sealed letter."""
    line = context.session.scalars(
        select(RegisterLine).where(RegisterLine.case_id == context.case.id)
    ).one()
    line.speed = str(context.record.get("sifat") or line.speed)
    if context.record.get("hal"):
        line.subject = str(context.record["hal"])


def sort(context: EffectContext) -> None:
    """Step 3: what needs no follow-up has no other."""
    kinds = context.record.get("jenis") or []
    if "arsip" in kinds and len(kinds) > 1:
        raise Invalid(
            "Surat yang cukup diketahui tidak mempunyai tindak lanjut lain. Pilih salah satu.",
            {"jenis": "Pilih “cukup diketahui” saja, atau hapus centangnya."},
        )


def sort_again(context: EffectContext) -> None:
    """Second sorting: another telaahan comes back to the leader before anything else."""
    sort(context)
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
    closed = context.case.sealed
    step = context.task.step
    kind = CLOSED if closed else kind_of_event(context.session, context.case, step)
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
    # the office's agenda shows of a sealed letter's event when it is, no more
    row.title, row.kind = "Acara tertutup" if closed else record["judul"], kind
    row.starts, row.ends, row.place = starts, ends, "" if closed else record["tempat"]
    row.priority, row.urgency = record["prioritas"], record["urgensi"]


def kind_of_event(session: Session, case: Case, step: str) -> str:
    """Audience, attendance or invitation: as the request was begun, else as it was sorted.

    ``step`` is the one in which the event was planned.
    """
    begun = {"audience": "audiensi", "attendance": "kehadiran", "invitation": "undangan"}
    if case.start in begun:
        return begun[case.start]
    kinds = step_record(session, case.id, "3" if step == "4b1" else "3a.pilah").get("jenis") or ()
    return next((kind for kind in EVENT.split("|") if kind in kinds), "audiensi")


CHECKS = {"own-office": own_office, "sealed-empty": sealed_empty}
EFFECTS = {
    "register-letter": register_letter,
    "give-direction": give_direction,
    "sort": sort,
    "sort-again": sort_again,
    "coordinate": coordinate,
    "register-reply": register_reply,
    "enter-agenda": enter_agenda,
}
