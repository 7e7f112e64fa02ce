"""One field that looks everywhere: cases, complaints, standards, organisation, files.

Each domain answers for itself and for this person; here the answers are only put together.
Of a case its number and title are looked for, of a complaint its number alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor, current_actor
from portal.complaints.finding import find_complaint
from portal.db import db
from portal.formats import tanggal
from portal.org.dates import today
from portal.org.finding import find_units_by_words, tidy
from portal.org.officials import Wanted, find_officials
from portal.standards.finding import find_clauses
from portal.workflow.access import Standing, is_visible, standing_of
from portal.workflow.case_filters import CASE_NUMBER
from portal.workflow.case_lists import find_cases
from portal.workflow.file_finding import find_files
from portal.workflow.models import Case

MOST = 10
LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the page."""

    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind; ``all_url`` leads to the filtered list, ``more`` says that there are."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    more: bool
    all_url: str = ""


def search_page() -> ResponseReturnValue:
    """What was found; a whole number leads to its page at once."""
    actor, session = current_actor(), db.session()
    words = tidy(request.args.get("q", ""))
    short = bool(words) and len(words) < LEAST_LETTERS
    if not words or short:
        return render_template("web/search.html", words=words, short=short, groups=[])
    standing = standing_of(session, actor)
    if CASE_NUMBER.fullmatch(words) and (url := _page_of(session, actor, standing, words)):
        return redirect(url)
    groups = [
        _cases(session, actor, standing, words),
        _standards(words),
        _officials(session, words),
        _units(session, words),
        _files(session, actor, standing, words),
    ]
    return render_template(
        "web/search.html", words=words, short=False, groups=[each for each in groups if each.hits]
    )


def _page_of(session: Session, actor: Actor, standing: Standing, number: str) -> str:
    """The page of the case or complaint of that number, if the person may open it."""
    query = select(Case.number).where(Case.number == number.upper(), is_visible(actor, standing))
    complaint = find_complaint(session, actor, number)
    if complaint is not None:
        endpoint = "complaints.show" if complaint.own else "complaints.handle_page"
        return url_for(endpoint, number=complaint.number)
    found = session.scalar(query)
    return "" if found is None else url_for("workflow.case", number=found)


def _group(title: str, icon: str, hits: Sequence[Hit], all_url: str = "") -> Group:
    return Group(title, icon, tuple(hits[:MOST]), len(hits) > MOST, all_url)


def _cases(session: Session, actor: Actor, standing: Standing, words: str) -> Group:
    hits = [
        Hit(
            f"{each.number} · {each.title}",
            url_for("workflow.case", number=each.number),
            " · ".join(filter(None, (each.unit, each.standard, each.status_text))),
        )
        for each in find_cases(session, actor, standing, words, MOST + 1)
    ]
    return _group(_("Kasus"), "folder", hits, url_for("workflow.cases", q=words))


def _standards(words: str) -> Group:
    registered = current_app.extensions["portal_host"].standards()
    hits = [
        Hit(
            f"{each.standard} – {each.place}" if each.place else each.standard,
            url_for("standards.show", slug=each.slug, _anchor=each.anchor or None),
            each.excerpt,
        )
        for each in find_clauses(registered, words, MOST + 1)
    ]
    return _group(_("Standar pelayanan"), "list-check", hits)


def _officials(session: Session, words: str) -> Group:
    page = find_officials(session, Wanted(text=words), today(), size=MOST + 1)
    hits = [
        Hit(
            line.title,
            url_for("org.unit", code=line.unit_code),
            " · ".join((line.unit, ", ".join(each.label for each in line.holders) or _("lowong"))),
        )
        for line in page.lines
    ]
    return _group(_("Jabatan dan pejabat"), "users", hits, url_for("officials.index", q=words))


def _units(session: Session, words: str) -> Group:
    hits = [
        Hit(unit.name, url_for("org.unit", code=unit.code), unit.kind)
        for unit in find_units_by_words(session, words, MOST + 1)
    ]
    return _group(_("Satuan organisasi"), "sitemap", hits, url_for("org.tree", cari=words))


def _files(session: Session, actor: Actor, standing: Standing, words: str) -> Group:
    hits = [
        Hit(
            each.name,
            url_for("workflow.case", number=each.case_number),
            f"{each.case_number} · {each.case_title} · {tanggal(each.created_at)}",
        )
        for each in find_files(session, actor, standing, words, MOST + 1)
    ]
    return _group(_("Berkas"), "paperclip", hits)
