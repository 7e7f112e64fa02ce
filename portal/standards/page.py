"""What the pages of the standards show, put together from data; no HTML but rendered clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.documents.letters import render_markdown
from portal.standards.completeness import Completeness, check
from portal.standards.document import PROCEDURE, Clause, Standard
from portal.standards.procedures import Drawing, StartLink, drawings, start_links

FRAMEWORK = (2, "A")


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with its text as HTML; ``kind`` is framework, procedure or text."""

    clause: Clause
    html: Markup
    kind: str


@dataclass(frozen=True, slots=True)
class PartView:
    """Part one or two with its clauses."""

    title: str
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A standard in the list."""

    slug: str
    standard: Standard
    completeness: Completeness
    total: str


@dataclass(frozen=True, slots=True)
class StandardPage:
    """Everything on the page of one standard."""

    standard: Standard
    slug: str
    parts: tuple[PartView, ...]
    completeness: Completeness
    drawings: tuple[Drawing, ...]
    starts: tuple[StartLink, ...]
    total: str
    timed: str
    untimed: int
    cost: str


def list_row(slug: str, standard: Standard) -> ListRow:
    """A line of the list of standards."""
    return ListRow(slug, standard, check(standard), standard.total.text())


def standard_page(session: Session, actor: Actor, registered: Any) -> StandardPage:
    """Put the page together; ``registered`` has plugin, slug, standard and workflows."""
    standard: Standard = registered.standard
    return StandardPage(
        standard=standard,
        slug=registered.slug,
        parts=parts_of(standard),
        completeness=check(standard),
        drawings=drawings(standard, registered.workflows),
        starts=start_links(session, actor, registered.plugin),
        total=standard.total.text(),
        timed=standard.total.timed(),
        untimed=standard.total.untimed,
        cost=cost_of(standard),
    )


def parts_of(standard: Standard) -> tuple[PartView, ...]:
    """The two parts, each clause rendered once."""
    titles = {
        1: _("Bagian kesatu: pendahuluan"),
        2: _("Bagian kedua: mekanisme dan ketentuan pelayanan"),
    }
    return tuple(
        PartView(title, tuple(_view(c) for c in standard.clauses if c.part == part))
        for part, title in titles.items()
    )


def cost_of(standard: Standard) -> str:
    """The first line of clause II.E: what the service costs."""
    clause = standard.clause(2, "E")
    text = clause.markdown.splitlines()[0] if clause and clause.markdown else ""
    return text.rstrip(".") or str(_("belum dicantumkan"))


def _view(clause: Clause) -> ClauseView:
    kinds = {PROCEDURE: "procedure", FRAMEWORK: "framework"}
    kind = kinds.get((clause.part, clause.letter), "text")
    return ClauseView(clause, render_markdown(clause.markdown, breaks=False), kind)
