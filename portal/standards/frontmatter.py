"""The head of a ``standard.md``: YAML between two ``---`` lines, checked field by field.

Only the head is read here; clauses and printed steps are read in ``document.py``.
Every value is text (YAML's guesses about numbers and dates are switched off), and
every problem names its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import yaml
from flask_babel import gettext as _

FENCE = "---"
SINGLE = ("key", "number", "title", "decree", "responsible", "unit", "evaluation")
OPTIONAL = ("version", "effective", "review_due", "source")
LISTS = ("users", "output", "outcome")
NESTED = ("complaints",)

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_INTERVAL = re.compile(r"([1-9][0-9]?)\s+(bulan|tahun)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be read; ``line`` counts from 1 in the whole file."""

    line: int
    message: str

    def __str__(self) -> str:
        return str(_("baris %(line)d: %(message)s", line=self.line, message=self.message))


@dataclass(slots=True)
class Head:
    """The fields as read, with the line of each, and what was wrong with them."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complaints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    body_line: int = 1

    def complain(self, line: int, message: str) -> None:
        """Note a problem; reading goes on, so that an author sees all at once."""
        self.problems.append(Problem(line, message))

    def day(self, name: str) -> date | None:
        """An ISO date of the head; None when the field is absent or wrong."""
        text = self.values.get(name, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = _("%(name)s harus berupa tanggal, misalnya 2016-09-30.", name=name)
            self.complain(self.lines[name], message)
            return None

    def months(self, name: str) -> int:
        """An interval ("12 bulan", "1 tahun") in months; 0 when it is absent or wrong."""
        text = self.values.get(name, "")
        found = _INTERVAL.fullmatch(text)
        if found is not None:
            return int(found[1]) * (12 if found[2] == "tahun" else 1)
        if text:
            message = _(
                "%(name)s harus berupa selang, misalnya “1 tahun” atau “6 bulan”.", name=name
            )
            self.complain(self.lines[name], message)
        return 0

    def whole(self, name: str, default: int) -> int:
        """A whole number of the head."""
        text = self.values.get(name, "")
        if text.isdecimal():
            return int(text)
        if text:
            message = _("%(name)s harus berupa bilangan bulat.", name=name)
            self.complain(self.lines[name], message)
        return default


def read_head(text: str) -> Head:
    """Read the head; problems are collected in the result, nothing is raised."""
    head = Head()
    rows = text.splitlines()
    if not rows or rows[0].strip() != FENCE:
        head.complain(1, _("Berkas harus dimulai dengan baris ---."))
        return head
    ends = [number for number, row in enumerate(rows[1:], 1) if row.strip() == FENCE]
    if not ends:
        head.complain(1, _("Baris --- penutup kepala berkas tidak ada."))
        return head
    head.body_line = ends[0] + 2
    try:
        node = yaml.compose("\n".join(rows[1 : ends[0]]), Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        head.complain(mark.line + 2 if mark else 1, _("Kepala berkas tidak dapat dibaca."))
        return head
    if not isinstance(node, yaml.MappingNode):
        head.complain(2, _("Kepala berkas harus terdiri atas baris “nama: nilai”."))
        return head
    for key, value in node.value:
        _take(head, str(key.value), key.start_mark.line + 2, value)
    _demand(head)
    return head


def _take(head: Head, name: str, line: int, value: yaml.Node) -> None:
    if name in head.lines:
        head.complain(line, _("%(name)s ditulis dua kali.", name=name))
    head.lines[name] = line
    if name in (*SINGLE, *OPTIONAL):
        if isinstance(value, yaml.ScalarNode):
            head.values[name] = " ".join(value.value.split())
        else:
            head.complain(line, _("%(name)s harus satu nilai.", name=name))
    elif name in LISTS:
        head.lists[name] = _texts(head, name, line, value)
    elif name in NESTED:
        _take_complaints(head, line, value)
    else:
        head.complain(line, _("Nama “%(name)s” tidak dikenal.", name=name))


def _texts(head: Head, name: str, line: int, value: yaml.Node) -> tuple[str, ...]:
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    if not all(isinstance(node, yaml.ScalarNode) for node in nodes):
        head.complain(line, _("%(name)s harus berupa daftar teks.", name=name))
        return ()
    return tuple(text for node in nodes if (text := " ".join(node.value.split())))


def _take_complaints(head: Head, line: int, value: yaml.Node) -> None:
    if not isinstance(value, yaml.MappingNode):
        message = _("complaints harus memuat receiver, delegates, dan handler.")
        head.complain(line, message)
        return
    for key, node in value.value:
        at = key.start_mark.line + 2
        name = f"complaints.{key.value}"
        head.lines[name] = at
        if key.value not in ("receiver", "delegates", "handler"):
            head.complain(at, _("Nama “%(name)s” tidak dikenal.", name=name))
        head.complaints[str(key.value)] = _texts(head, name, at, node)


def _demand(head: Head) -> None:
    """Note the fields that must be there and are not."""
    for name in SINGLE:
        if not head.values.get(name) and not _wrong(head, name):
            head.complain(head.lines.get(name, 1), _("%(name)s belum diisi.", name=name))
    for name in LISTS:
        if not head.lists.get(name):
            head.complain(head.lines.get(name, 1), _("%(name)s belum diisi.", name=name))
    if len(head.complaints.get("receiver", ())) != 1:
        line = head.lines.get("complaints.receiver", head.lines.get("complaints", 1))
        head.complain(line, _("complaints.receiver harus memuat satu kode jabatan."))
    key = head.values.get("key", "")
    if key and not _KEY.fullmatch(key):
        message = _("key hanya boleh memuat huruf kecil, angka, dan garis bawah.")
        head.complain(head.lines["key"], message)


def _wrong(head: Head, name: str) -> bool:
    """True when the field is there but was refused already."""
    return name in head.lines and name not in head.values
