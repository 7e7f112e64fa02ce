"""The public form of a finalized document, and its canonical JSON.

The content fingerprint (*sidik jari isi*) is the SHA-256 of :func:`canonical`.
Personal numbers have no field here, and text that looks like one is refused.
Where and how documents are stored is in :mod:`site_static.store`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

SCHEMA = 1
KINDS = {"pk": "Perjanjian Kinerja"}
MAX_BUDGET = 10**15
"""Rupiah; above the state's whole budget, and below the shape of an NIP (18 digits)."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
PRIVATE = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{18}|\d{8}[ .]\d{6}[ .]\d[ .]\d{3})(?![0-9A-Za-z])"
    r"|[\w.+-]+@[\w-]+\.[\w-]+"
)
"""What must never be public: digits in the shape of an NIP, and e-mail addresses."""


class SchemaError(ValueError):
    """The document cannot be made public as it stands; the text is Indonesian."""


class Level(StrEnum):
    """The level of the unit, which decides the printed form."""

    MINISTRY = "ministry"
    ECHELON_1 = "eselon1"
    ECHELON_2 = "eselon2"
    UNIT = "unit"


class PartyRole(StrEnum):
    """Who promises (first) and who accepts the promise (second, the supervisor)."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One party as it was on the day of signing.

    ``acting`` is the note of an acting official (``Plt.``, ``Plh.``, with the mandate),
    ``designation`` the sentence below the party ("selanjutnya disebut pihak pertama"),
    ``approval`` what is printed in the place of the signature (a recorded approval).
    """

    role: PartyRole
    name: str
    title: str
    acting: str = ""
    designation: str = ""
    approval: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator; ``target`` is text, since targets such as "BB" or "≤ 3" are normal."""

    text: str
    target: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One objective (*sasaran*) with its indicators, in printed order."""

    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme or activity with its budget in whole rupiah."""

    name: str
    budget: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A *Perjanjian Kinerja* in public form.

    ``statement`` stands before the parties, ``pledges`` after them; both are paragraphs
    in Markdown (paragraphs, lists, emphasis). ``sample`` marks demo data ("contoh").
    """

    kind: str
    year: int
    unit_code: str
    unit_name: str
    level: Level
    title: str
    number: str
    place: str
    date: date
    parties: tuple[Party, ...]
    statement: tuple[str, ...]
    pledges: tuple[str, ...] = ()
    objectives: tuple[Objective, ...]
    programmes: tuple[Programme, ...]
    version: int = 1
    sample: bool = False

    def __post_init__(self) -> None:
        check(self)

    @property
    def total(self) -> int:
        """The budget of all programmes, in rupiah."""
        return sum(programme.budget for programme in self.programmes)

    @property
    def path(self) -> str:
        """The permanent address below the site's root, without slashes at its ends."""
        return f"{self.kind}/{self.year}/{self.unit_code}"

    @property
    def indicators(self) -> int:
        """How many indicators the document has."""
        return sum(len(objective.indicators) for objective in self.objectives)

    def party(self, role: PartyRole) -> Party | None:
        """The party in that role, or None."""
        return next((party for party in self.parties if party.role == role), None)


def check(document: Document) -> None:
    """Raise :class:`SchemaError` when the document cannot be printed or made public."""
    if document.kind not in KINDS:
        raise SchemaError(f"Jenis dokumen “{document.kind}” tidak dikenal.")
    if not SLUG.match(document.unit_code):
        raise SchemaError(f"Kode unit “{document.unit_code}” tidak dapat dipakai sebagai alamat.")
    if not 1945 <= document.year <= 9999 or document.version < 1:
        raise SchemaError("Tahun atau nomor versi dokumen tidak masuk akal.")
    roles = [party.role for party in document.parties]
    ministry = document.level == Level.MINISTRY
    wanted = [PartyRole.FIRST] if ministry else [PartyRole.FIRST, PartyRole.SECOND]
    if sorted(roles) != sorted(wanted):
        raise SchemaError(
            "PK Kementerian memerlukan tepat satu pihak."
            if ministry
            else "PK satuan organisasi memerlukan pihak pertama dan pihak kedua."
        )
    if not document.statement or not document.objectives:
        raise SchemaError("Lengkapi pernyataan dan sasaran sebelum dokumen difinalkan.")
    for objective in document.objectives:
        if not objective.indicators:
            raise SchemaError(f"Sasaran “{objective.title}” belum mempunyai indikator.")
    if any(programme.budget < 0 for programme in document.programmes):
        raise SchemaError("Anggaran tidak boleh kurang dari nol.")
    if document.total >= MAX_BUDGET:
        raise SchemaError("Jumlah anggaran terlalu besar; periksa kembali angkanya.")
    _check_texts(document)


def _check_texts(document: Document) -> None:
    for name, text, needed in _texts(document):
        if needed and not text.strip():
            raise SchemaError(f"{name} masih kosong.")
        if PRIVATE.search(text):
            raise SchemaError(
                f"{name} memuat angka seperti NIP atau alamat surel; hapus sebelum difinalkan."
            )


def _texts(document: Document) -> Iterator[tuple[str, str, bool]]:
    yield "Nama unit", document.unit_name, True
    yield "Judul", document.title, True
    yield "Nomor", document.number, True
    yield "Tempat", document.place, True
    for party in document.parties:
        yield "Nama pihak", party.name, True
        yield "Jabatan pihak", party.title, True
        for text in (party.acting, party.designation, party.approval):
            yield "Keterangan pihak", text, False
    for text in (*document.statement, *document.pledges):
        yield "Pernyataan", text, True
    for objective in document.objectives:
        yield "Sasaran", objective.title, True
        for indicator in objective.indicators:
            yield "Indikator", indicator.text, True
            yield "Target", indicator.target, True
            yield "Satuan", indicator.unit, False
    for programme in document.programmes:
        yield "Program", programme.name, True
        yield "Keterangan program", programme.note, False


def as_data(document: Document) -> dict[str, Any]:
    """The document as plain JSON data, with the schema version and the computed total."""
    return {
        "schema": SCHEMA,
        "kind": document.kind,
        "year": document.year,
        "version": document.version,
        "unit": {
            "code": document.unit_code,
            "name": document.unit_name,
            "level": document.level.value,
        },
        "title": document.title,
        "number": document.number,
        "place": document.place,
        "date": document.date.isoformat(),
        "sample": document.sample,
        "parties": [
            {
                "role": party.role.value,
                "name": party.name,
                "title": party.title,
                "acting": party.acting,
                "designation": party.designation,
                "approval": party.approval,
            }
            for party in document.parties
        ],
        "statement": list(document.statement),
        "pledges": list(document.pledges),
        "objectives": [
            {
                "title": objective.title,
                "indicators": [
                    {"text": row.text, "target": row.target, "unit": row.unit}
                    for row in objective.indicators
                ],
            }
            for objective in document.objectives
        ],
        "programmes": [
            {"name": row.name, "budget": row.budget, "note": row.note}
            for row in document.programmes
        ],
        "total": document.total,
    }


def from_data(data: dict[str, Any]) -> Document:
    """Read :func:`as_data` back; raises :class:`SchemaError` for anything else."""
    if data.get("schema") != SCHEMA:
        raise SchemaError(f"Versi skema {data.get('schema')!r} tidak dikenal.")
    try:
        document = Document(
            kind=data["kind"],
            year=data["year"],
            version=data["version"],
            unit_code=data["unit"]["code"],
            unit_name=data["unit"]["name"],
            level=Level(data["unit"]["level"]),
            title=data["title"],
            number=data["number"],
            place=data["place"],
            date=date.fromisoformat(data["date"]),
            sample=data["sample"],
            parties=tuple(
                Party(**{**row, "role": PartyRole(row["role"])}) for row in data["parties"]
            ),
            statement=tuple(data["statement"]),
            pledges=tuple(data["pledges"]),
            objectives=tuple(
                Objective(
                    title=row["title"],
                    indicators=tuple(Indicator(**indicator) for indicator in row["indicators"]),
                )
                for row in data["objectives"]
            ),
            programmes=tuple(Programme(**row) for row in data["programmes"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"Data dokumen tidak lengkap: {error}.") from error
    if data.get("total") != document.total:
        raise SchemaError("Jumlah anggaran dalam data tidak sama dengan jumlah programnya.")
    return document


def canonical(data: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8, no newline at the end."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256(content: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest(document: Document) -> str:
    """The content fingerprint of a document."""
    return sha256(canonical(as_data(document)))
