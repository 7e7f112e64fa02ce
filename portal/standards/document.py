"""A service standard as data, and the reader of its one form, ``standard.md``.

The form is described for authors in ``docs/authors/standard-md.md``. What a clause
means for completeness is in ``completeness.py``; which procedure carries the printed
steps out is no business of this module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from pathlib import Path

from flask_babel import gettext as _

from portal.errors import Invalid
from portal.standards.duration import UNTIMED, Total, is_limit, total
from portal.standards.frontmatter import Head, Problem, read_head

PARTS = {"kesatu": 1, "kedua": 2}
LETTERS = {1: "ABCD", 2: "ABCDEFGHIJKL"}
PROCEDURE = (2, "B")

_PART = re.compile(r"# Bagian (\w+): (.+)")
_CLAUSE = re.compile(r"## ([A-Z])\. (.+)")
_STAGE = re.compile(r"### ([0-9][0-9a-z]*)\. (.+?) \(([^()]+)\)")
_STEP = re.compile(r"- ([0-9][0-9a-z.]*)\. (.+)")
_DETAIL = re.compile(r" {2,}- (\w+): (.+)")
_MORE = re.compile(r" {2,}([^\s-].*)")
_ITEM = re.compile(r"(?:[0-9]+\.|[-*]) +(.+)")


class StandardInvalid(Invalid):
    """The text is no standard; ``problems`` has every line at fault."""

    def __init__(self, problems: Sequence[Problem], name: str = "standard.md") -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        first = f"{name}, {self.problems[0]}"
        more = len(self.problems) - 1
        super().__init__(
            _("%(first)s (dan %(more)d masalah lain)", first=first, more=more) if more else first
        )


@dataclass(frozen=True, slots=True)
class PrintedStep:
    """A step as the source prints it.

    ``number`` is "2a", ``stage`` "2". Several ``officials`` each do it for their own part;
    "A atau B" in one of them means that either does. ``limit`` is that of the whole stage.
    """

    number: str
    stage: str
    text: str
    officials: tuple[str, ...]
    limit: str
    output: str
    _: KW_ONLY
    needs: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class PrintedStage:
    """A numbered stage: one ``limit`` for all its steps ("" when the source prints none).

    ``since`` says in words where the limit starts, if not with the stage.
    """

    number: str
    title: str
    limit: str
    since: str
    steps: tuple[PrintedStep, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A lettered clause of part 1 or 2; ``items`` are the entries of its outer list."""

    part: int
    letter: str
    title: str
    markdown: str
    items: tuple[str, ...]
    line: int

    @property
    def ref(self) -> str:
        """How the clause is cited: "I.D", "II.H"."""
        return f"{'I' * self.part}.{self.letter}"

    @property
    def anchor(self) -> str:
        """The id of the clause on a page: "klausul-2h"."""
        return f"klausul-{self.part}{self.letter.lower()}"


@dataclass(frozen=True, slots=True)
class ComplaintRoute:
    """Clause H as data: position codes, and in words who handles what was delegated."""

    receiver: str
    delegates: tuple[str, ...]
    handler: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of a service standard.

    ``key`` is the plugin's. ``effective`` and ``review_due`` are None where the source
    prints no date. ``evaluation_months`` is the interval of clause L.
    """

    key: str
    number: str
    version: int
    title: str
    decree: str
    source: str
    effective: date | None
    review_due: date | None
    responsible: str
    unit: str
    users: tuple[str, ...]
    output: tuple[str, ...]
    outcome: tuple[str, ...]
    complaints: ComplaintRoute
    evaluation_months: int
    clauses: tuple[Clause, ...]
    stages: tuple[PrintedStage, ...]

    @property
    def slug(self) -> str:
        """The key as it stands in addresses."""
        return self.key.replace("_", "-")

    @property
    def steps(self) -> tuple[PrintedStep, ...]:
        """All printed steps in order."""
        return tuple(step for stage in self.stages for step in stage.steps)

    @property
    def total(self) -> Total:
        """The limits of all stages, added up."""
        return total(stage.limit for stage in self.stages)

    def clause(self, part: int, letter: str) -> Clause | None:
        """The clause, or None when the text does not have it."""
        wanted = (part, letter)
        return next((c for c in self.clauses if (c.part, c.letter) == wanted), None)


def load_standard(path: Path) -> Standard:
    """Read a file.

    Raises:
        StandardInvalid: with every line at fault.
        Invalid: the file cannot be read at all.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_("Berkas %(path)s tidak dapat dibaca.", path=path)) from error
    return parse_standard(text, path.name)


def parse_standard(text: str, name: str = "standard.md") -> Standard:
    """Read the text of a ``standard.md``; ``name`` stands in the message of an error.

    Raises:
        StandardInvalid: with every line at fault.
    """
    head = read_head(text)
    body = _Body(text.splitlines(), head)
    clauses, stages = body.read()
    standard = Standard(
        key=head.values.get("key", ""),
        number=head.values.get("number", ""),
        version=head.whole("version", 1),
        title=head.values.get("title", ""),
        decree=head.values.get("decree", ""),
        source=head.values.get("source", ""),
        effective=head.day("effective"),
        review_due=head.day("review_due"),
        responsible=head.values.get("responsible", ""),
        unit=head.values.get("unit", ""),
        users=head.lists.get("users", ()),
        output=head.lists.get("output", ()),
        outcome=head.lists.get("outcome", ()),
        complaints=ComplaintRoute(
            receiver=next(iter(head.complaints.get("receiver", ())), ""),
            delegates=head.complaints.get("delegates", ()),
            handler="; ".join(head.complaints.get("handler", ())),
        ),
        evaluation_months=head.months("evaluation"),
        clauses=clauses,
        stages=stages,
    )
    if head.problems:
        raise StandardInvalid(head.problems, name)
    return standard


class _Body:
    """Reads what follows the head, line by line; problems go to the head's list."""

    def __init__(self, rows: list[str], head: Head) -> None:
        self.rows = rows
        self.head = head
        self.part = 0
        self.clauses: list[Clause] = []
        self.stages: list[PrintedStage] = []
        self.numbers: set[str] = set()

    def read(self) -> tuple[tuple[Clause, ...], tuple[PrintedStage, ...]]:
        """Clauses and stages in the order of the text."""
        at = self.head.body_line - 1
        while at < len(self.rows):
            row = self.rows[at]
            if row.startswith("# "):
                at = self._part(at)
            elif row.startswith("## "):
                at = self._clause(at)
            else:
                if row.strip():
                    self.head.complain(at + 1, _("Teks ini tidak berada di dalam klausul."))
                at += 1
        if not self.clauses:
            self.head.complain(len(self.rows), _("Tidak ada satu pun klausul."))
        return tuple(self.clauses), tuple(self.stages)

    def _part(self, at: int) -> int:
        found = _PART.fullmatch(self.rows[at].rstrip())
        part = PARTS.get(found[1].lower(), 0) if found else 0
        if part != self.part + 1:
            message = _("Tulis “# Bagian kesatu: …”, lalu “# Bagian kedua: …”.")
            self.head.complain(at + 1, message)
        self.part = part or self.part
        return at + 1

    def _clause(self, at: int) -> int:
        end = self._until(at + 1, ("# ", "## "))
        found = _CLAUSE.fullmatch(self.rows[at].rstrip())
        if found is None:
            self.head.complain(at + 1, _("Tulis judul klausul sebagai “## A. Judul”."))
            return end
        letter = found[1]
        if letter not in LETTERS.get(self.part, ""):
            message = _("Klausul %(letter)s tidak dikenal pada bagian ini.", letter=letter)
            self.head.complain(at + 1, message)
        elif any((c.part, c.letter) >= (self.part, letter) for c in self.clauses):
            message = _("Klausul %(letter)s ganda atau tidak pada urutannya.", letter=letter)
            self.head.complain(at + 1, message)
        text = at + 1
        if (self.part, letter) == PROCEDURE:
            text_end = self._until(text, ("### ",), end)
            self._stages(text_end, end)
        else:
            text_end = end
        rows = self.rows[text:text_end]
        markdown = "\n".join(rows).strip()
        self.clauses.append(
            Clause(self.part, letter, found[2], markdown, _items(rows), line=at + 1)
        )
        return end

    def _stages(self, at: int, end: int) -> None:
        while at < end:
            stop = self._until(at + 1, ("### ",), end)
            found = _STAGE.fullmatch(self.rows[at].rstrip())
            limit, _word, since = found[3].partition(" sejak ") if found else ("", "", "")
            if found is None or not (is_limit(limit) or limit == UNTIMED):
                message = _(
                    "Tulis tahap sebagai “### 2. Judul (2 jam)”; "
                    "tahap tanpa batas ditulis “(tanpa batas waktu)”."
                )
                self.head.complain(at + 1, message)
            else:
                limit = "" if limit == UNTIMED else limit
                self._stage(at, stop, found[1], found[2], limit, since)
            at = stop

    def _stage(self, at: int, end: int, number: str, title: str, limit: str, since: str) -> None:
        before = self.stages[-1].number if self.stages else "0"
        last = _leading(before)
        # branches of a stage have numbers of their own: 4a, 4b1, 4b2
        branch = _leading(number) == last and not (number.isdigit() or before.isdigit())
        if _leading(number) != last + 1 and (not branch or number <= before):
            message = _("Tahap sesudah tahap %(last)d harus bernomor %(next)d.")
            self.head.complain(at + 1, message % {"last": last, "next": last + 1})
        steps = []
        start = at + 1
        while start < end:
            stop = self._until(start + 1, ("- ",), end)
            if step := self._step(start, stop, number, limit):
                steps.append(step)
            start = stop
        if not steps:
            self.head.complain(at + 1, _("Tahap %(number)s tidak memuat langkah.", number=number))
        self.stages.append(PrintedStage(number, title, limit, since, tuple(steps)))

    def _step(self, at: int, end: int, stage: str, limit: str) -> PrintedStep | None:
        found = _STEP.fullmatch(self.rows[at].rstrip())
        if found is None:
            if self.rows[at].strip():
                self.head.complain(at + 1, _("Tulis langkah sebagai “- 2a. Kegiatan”."))
            return None
        number, text = found[1], found[2]
        if not re.fullmatch(rf"{stage}([a-z][0-9a-z.]*)?", number):
            message = _("Langkah %(number)s tidak termasuk tahap %(stage)s.")
            self.head.complain(at + 1, message % {"number": number, "stage": stage})
        elif number in self.numbers:
            self.head.complain(at + 1, _("Langkah %(number)s ditulis dua kali.", number=number))
        self.numbers.add(number)
        details: dict[str, str] = {}
        name = ""
        for line, row in enumerate(self.rows[at + 1 : end], at + 2):
            if detail := _DETAIL.fullmatch(row.rstrip()):
                name = detail[1].lower()
                if name not in ("pelaksana", "keluaran", "kelengkapan"):
                    self.head.complain(line, _("“%(name)s” tidak dikenal.", name=detail[1]))
                details[name] = detail[2]
            elif more := _MORE.fullmatch(row.rstrip()):
                if name:
                    details[name] += " " + more[1]
                else:
                    text += " " + more[1]
            elif row.strip():
                self.head.complain(line, _("Baris rincian langkah harus menjorok dua spasi."))
        officials = tuple(
            o for part in details.get("pelaksana", "").split(";") if (o := part.strip())
        )
        if not officials:
            message = _("Langkah %(number)s belum menyebut Pelaksana.", number=number)
            self.head.complain(at + 1, message)
        return PrintedStep(
            number,
            stage,
            text,
            officials,
            limit,
            details.get("keluaran", ""),
            needs=details.get("kelengkapan", ""),
            line=at + 1,
        )

    def _until(self, at: int, starts: tuple[str, ...], end: int | None = None) -> int:
        stop = len(self.rows) if end is None else end
        return next((n for n in range(at, stop) if self.rows[n].startswith(starts)), stop)


def _items(rows: list[str]) -> tuple[str, ...]:
    """The entries of a list that begin at the margin, each with its indented lines."""
    items: list[list[str]] = []
    for row in rows:
        if found := _ITEM.fullmatch(row.rstrip()):
            items.append([found[1]])
        elif items and (row.startswith("  ") or not row.strip()):
            items[-1].append(row.strip())
        elif row.strip() and items:
            break
    return tuple("\n".join(lines).strip() for lines in items)


def _leading(number: str) -> int:
    """The whole number that a stage's number begins with."""
    return int(number[: len(number) - len(number.lstrip("0123456789"))] or 0)
