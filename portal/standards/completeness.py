"""Whether a standard has the 14 components of the national rule, and which clause has each.

The components are those of UU 25/2009, article 21, in the order of PermenPANRB 15/2014:
six of service delivery, eight of service management. Texts are judged by whether they
are there, never by what they say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.standards.document import Clause, Standard

Found = tuple[Clause, str] | None
"""Where a component stands: the clause, and how it is cited ("II.C", "I.D.6")."""

Finder = Callable[[Standard], Found]


@dataclass(frozen=True, slots=True)
class Component:
    """A component of the rule as this standard has it; ``clause`` is None when it is missing.

    ``delivery``: one of the six of service delivery, else of service management.
    """

    title: str
    delivery: bool
    clause: Clause | None
    ref: str
    advice: str

    @property
    def present(self) -> bool:
        """True when the standard has it."""
        return self.clause is not None


@dataclass(frozen=True, slots=True)
class Completeness:
    """All 14 components in the order of the rule."""

    components: tuple[Component, ...]

    @property
    def missing(self) -> tuple[Component, ...]:
        """Those that the standard lacks."""
        return tuple(each for each in self.components if not each.present)

    @property
    def present(self) -> int:
        """How many it has."""
        return len(self.components) - len(self.missing)

    @property
    def share(self) -> float:
        """The part that is there, 0 to 1."""
        return self.present / len(self.components)

    def text(self) -> str:
        """ "13 dari 14 komponen"."""
        total = len(self.components)
        return str(_("%(present)d dari %(total)d komponen", present=self.present, total=total))


def clause_of(part: int, letter: str) -> Finder:
    """Finds a clause that says something."""

    def find(standard: Standard) -> Found:
        clause = standard.clause(part, letter)
        return (clause, clause.ref) if clause is not None and clause.markdown else None

    return find


def scope_item(*words: str) -> Finder:
    """Finds the entry of clause I.D whose beginning names one of the words."""

    def find(standard: Standard) -> Found:
        clause = standard.clause(1, "D")
        for number, item in enumerate(clause.items if clause else (), 1):
            label = item.partition(".")[0].lower()
            if clause and any(word in label for word in words):
                return clause, f"{clause.ref}.{number}"
        return None

    return find


def procedure(standard: Standard) -> Found:
    """Finds clause II.B when it has printed steps."""
    clause = standard.clause(2, "B")
    return (clause, clause.ref) if clause is not None and standard.steps else None


def limits(standard: Standard) -> Found:
    """Finds clause II.B when a step has a limit."""
    return procedure(standard) if any(stage.limit for stage in standard.stages) else None


RULE: tuple[tuple[LazyString, bool, Finder, LazyString], ...] = (
    (_l("Persyaratan"), True, clause_of(2, "C"), _l("Isi klausul II.C.")),
    (
        _l("Sistem, mekanisme, dan prosedur"),
        True,
        procedure,
        _l("Tulis langkah dan pelaksananya pada klausul II.B."),
    ),
    (
        _l("Jangka waktu penyelesaian"),
        True,
        limits,
        _l("Beri batas waktu pada tahap di klausul II.B."),
    ),
    (_l("Biaya atau tarif"), True, clause_of(2, "E"), _l("Isi klausul II.E.")),
    (
        _l("Produk pelayanan"),
        True,
        scope_item("keluaran", "produk"),
        _l("Sebutkan keluaran pada klausul I.D."),
    ),
    (
        _l("Penanganan pengaduan, saran, dan masukan"),
        True,
        clause_of(2, "H"),
        _l("Isi klausul II.H."),
    ),
    (_l("Dasar hukum"), False, clause_of(1, "A"), _l("Isi klausul I.A.")),
    (_l("Sarana, prasarana, dan fasilitas"), False, clause_of(2, "D"), _l("Isi klausul II.D.")),
    (
        _l("Kompetensi pelaksana"),
        False,
        scope_item("kompetensi"),
        _l("Sebutkan kompetensi pada klausul I.D."),
    ),
    (_l("Pengawasan internal"), False, clause_of(2, "I"), _l("Isi klausul II.I.")),
    (
        _l("Jumlah pelaksana"),
        False,
        scope_item("jumlah pelaksana"),
        _l("Naskah menyebut jabatan pelaksana, tetapi tidak menyebut jumlahnya."),
    ),
    (_l("Jaminan pelayanan"), False, clause_of(2, "J"), _l("Isi klausul II.J.")),
    (
        _l("Jaminan keamanan dan keselamatan pelayanan"),
        False,
        clause_of(2, "K"),
        _l("Isi klausul II.K."),
    ),
    (_l("Evaluasi kinerja pelaksana"), False, clause_of(2, "L"), _l("Isi klausul II.L.")),
)
"""Title, whether it is of service delivery, where to look, what to do when it is missing."""


def check(standard: Standard) -> Completeness:
    """Look every component up."""
    components = []
    for title, delivery, finder, advice in RULE:
        clause, ref = finder(standard) or (None, "")
        components.append(Component(str(title), delivery, clause, ref, str(advice)))
    return Completeness(tuple(components))
