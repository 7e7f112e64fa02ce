"""From an agreement to its public document: parties, statement in our own wording, content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.performance_agreement.models import Agreement, Goal
from portal.api import (
    Actor,
    CaseTask,
    Document,
    Holding,
    Indicator,
    Invalid,
    Level,
    Objective,
    Party,
    PartyRole,
    Programme,
    Publication,
    SchemaError,
    acting_note,
    finalize,
    issue_number,
    next_version,
    publish,
    tanggal,
    today,
)

KIND = "pk"
PLUGIN = "performance_agreement"
NUMBER = "{seq}/PK/{year}"
PLACE = "Jakarta"
UNKNOWN = "–"
"""Stands for a party or number that a draft has not yet."""

SIGNATURES = {
    PartyRole.FIRST: frozenset({"4.ttd", "8"}),
    PartyRole.SECOND: frozenset({"8.pihak2"}),
}
"""The steps by which the parties sign."""

OPENING = (
    "Untuk menyelenggarakan pemerintahan yang efektif, terbuka, dan bertanggung jawab atas"
    " hasilnya, {who} yang tercantum di bawah ini menyatakan hal-hal berikut."
)
PLEDGES = {
    "ministry": (
        "Saya akan mewujudkan target kinerja tahunan dalam lampiran perjanjian ini, menuju"
        " target jangka menengah pada dokumen perencanaan.",
        "Keberhasilan dan kegagalan mencapai target tersebut menjadi tanggung jawab saya.",
    ),
    "unit": (
        "Pihak pertama akan mewujudkan target kinerja tahunan dalam lampiran perjanjian ini,"
        " menuju target jangka menengah pada dokumen perencanaan. Keberhasilan dan kegagalan"
        " mencapai target tersebut menjadi tanggung jawab pihak pertama.",
        "Pihak kedua memberikan supervisi yang diperlukan, mengevaluasi capaian kinerja, dan"
        " mengambil tindakan dalam rangka pemberian penghargaan dan sanksi.",
    ),
}


def sign_first(row: Agreement, actor: Actor, holding: Holding) -> None:
    """Write down the first party as it signs."""
    row.first_name, row.first_title = actor.name, holding.title
    row.first_acting, row.first_signed = acting_note(holding), today()


def sign_second(row: Agreement, actor: Actor, holding: Holding) -> None:
    """Write down the second party as it signs."""
    row.second_name, row.second_title = actor.name, holding.title
    row.second_acting, row.second_signed = acting_note(holding), today()


def _approval(day: date | None) -> str:
    return f"Persetujuan tercatat di portal, {tanggal(day)}" if day is not None else ""


def is_ministry(row: Agreement) -> bool:
    """Whether it is the ministry's: one party, no supervision clause."""
    return row.level == Level.MINISTRY


def statement_of(row: Agreement) -> tuple[str, ...]:
    """The paragraphs before the parties."""
    return (OPENING.format(who="saya" if is_ministry(row) else "para pihak"),)


def pledges_of(row: Agreement) -> tuple[str, ...]:
    """The paragraphs after the parties."""
    return PLEDGES["ministry" if is_ministry(row) else "unit"]


def parties_of(row: Agreement) -> tuple[Party, ...]:
    """The parties as they have signed; without names before that."""
    first = Party(
        role=PartyRole.FIRST,
        name=row.first_name,
        title=row.first_title,
        acting=row.first_acting,
        designation="" if is_ministry(row) else "selanjutnya disebut pihak pertama.",
        approval=_approval(row.first_signed),
    )
    second = Party(
        role=PartyRole.SECOND,
        name=row.second_name,
        title=row.second_title,
        acting=row.second_acting,
        designation="selaku atasan pihak pertama, selanjutnya disebut pihak kedua.",
        approval=_approval(row.second_signed),
    )
    return (first,) if is_ministry(row) else (first, second)


def parties_now(session: Session, row: Agreement) -> tuple[Party, ...]:
    """The parties whose signatures hold now: what was returned since counts as unsigned."""
    signed = set(
        session.scalars(
            select(CaseTask.step).where(
                CaseTask.case_id == row.case_id,
                CaseTask.step.in_(step for steps in SIGNATURES.values() for step in steps),
                CaseTask.current,
                CaseTask.status == "done",
            )
        )
    )
    return tuple(
        each
        if signed & SIGNATURES[each.role]
        else replace(each, name="", title="", acting="", approval="")
        for each in parties_of(row)
    )


def document_of(row: Agreement, version: int, day: date, sample: bool) -> Document:
    """The public form of a signed agreement.

    Raises:
        Invalid: it cannot be printed or made public; the text says what to mend.
    """
    try:
        return _document(row, parties_of(row), row.number, version, day, sample)
    except SchemaError as error:
        raise Invalid(
            _(
                "PK %(unit)s belum dapat difinalkan. %(why)s",
                unit=row.unit_name,
                why=str(error),
            )
        ) from error


def check_content(row: Agreement) -> None:
    """See while it is written, not months later, whether the content can be made public.

    Raises:
        Invalid: for instance, a text holds an NIP; the message says so.
    """
    parties = tuple(
        replace(each, name=each.name or UNKNOWN, title=each.title or UNKNOWN)
        for each in parties_of(row)
    )
    try:
        _document(row, parties, UNKNOWN, 1, today(), sample=False)
    except SchemaError as error:
        raise Invalid(str(error)) from error


def _document(
    row: Agreement, parties: tuple[Party, ...], number: str, version: int, day: date, sample: bool
) -> Document:
    return Document(
        kind=KIND,
        year=row.year,
        unit_code=row.unit_code,
        unit_name=row.unit_name,
        level=Level(row.level),
        title=f"Perjanjian Kinerja {row.unit_name} Tahun {row.year}",
        number=number,
        place=PLACE,
        date=day,
        parties=parties,
        statement=statement_of(row),
        pledges=pledges_of(row),
        objectives=tuple(_objective(goal) for goal in row.objectives),
        programmes=tuple(Programme(name=p.name, budget=p.budget) for p in row.programmes),
        version=version,
        sample=sample,
    )


def _objective(goal: Goal) -> Objective:
    return Objective(
        title=goal.text,
        indicators=tuple(
            Indicator(text=m.text, target=m.target, unit=m.unit) for m in goal.indicators
        ),
    )


def finalize_agreement(
    session: Session, row: Agreement, actor: Actor, *, sample: bool = False
) -> Publication:
    """Number the agreement and freeze it as a publication."""
    day = today()
    entry = issue_number(
        session,
        "pk.agreement",
        on=day,
        subject=f"Perjanjian Kinerja {row.unit_name} Tahun {row.year}",
        case_id=row.case_id,
        pattern=NUMBER,
    )
    row.number = entry.number
    version = next_version(session, KIND, row.year, row.unit_code)
    document = document_of(row, version, day, sample)
    publication = finalize(
        session, kind=KIND, document=document, plugin=PLUGIN, case_id=row.case_id, actor=actor
    )
    row.publication_id = publication.id
    session.flush()
    return publication


def publish_agreements(session: Session, rows: list[Agreement], actor: Actor) -> int:
    """Decide to publish the finalized ones among some agreements; returns how many."""
    ids = [row.publication_id for row in rows if row.publication_id is not None]
    if ids:
        publish(session, ids, actor)
    return len(ids)
