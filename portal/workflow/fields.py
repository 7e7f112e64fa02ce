"""Recorded fields: what a step or a start asks for, as data.

A field is a frozen dataclass that is serialised with the definition. What it
looks like as a form lives in ``recordform.py``; nothing here knows WTForms.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A named value of a step; ``fact`` also stores it as an instant that clocks can wait for.

    ``sealed``: only in a sealed case, and only for its readers; nobody else is asked for it
    or shown it.
    """

    name: str
    label: str
    _: KW_ONLY
    required: bool = True
    help: str = ""
    fact: str = ""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Text(Field):
    """One line; ``max`` in characters."""

    _: KW_ONLY
    max: int = 200


@dataclass(frozen=True, slots=True)
class LongText(Field):
    """Several lines; ``max`` in characters."""

    _: KW_ONLY
    max: int = 5000


@dataclass(frozen=True, slots=True)
class Date(Field):
    """A calendar day, stored as ISO text."""


@dataclass(frozen=True, slots=True)
class DateTime(Field):
    """A local date and time, stored as ISO text in UTC; ``future`` allows later than now."""

    _: KW_ONLY
    future: bool = False


@dataclass(frozen=True, slots=True)
class Number(Field):
    """A number written the Indonesian way; stored as decimal text."""

    _: KW_ONLY
    min: int | None = None
    max: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Money(Field):
    """Whole rupiah, stored as an integer."""


@dataclass(frozen=True, slots=True)
class Select(Field):
    """One of ``choices`` (value, label); ``many`` allows several, stored as a list."""

    _: KW_ONLY
    choices: tuple[tuple[str, str], ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Flag(Field):
    """A tick; ``required`` means it must be ticked to go on."""


@dataclass(frozen=True, slots=True)
class Checklist(Field):
    """Ticks over ``items`` (value, label), all needed when ``required``; stored as a list."""

    _: KW_ONLY
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter(Field):
    """A letter: subject, addressee and Markdown body, stored as a mapping.

    ``subject``, ``to`` and ``body`` are what the form starts with.
    """

    _: KW_ONLY
    subject: str = ""
    to: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Files(Field):
    """Uploaded files, at most ``max``; stored as a list of token, name and size (bytes)."""

    _: KW_ONLY
    max: int = 10


@dataclass(frozen=True, slots=True)
class Rows(Field):
    """A table that grows: ``columns`` are fields; stored as a list of mappings."""

    _: KW_ONLY
    columns: tuple[Field, ...] = ()
    min: int = 1
    max: int = 100


@dataclass(frozen=True, slots=True)
class PerUnit(Field):
    """``of`` once for every unit of the set ``over``, stored by unit id.

    With ``mine`` only the units that the acting position's unit coordinates.
    """

    _: KW_ONLY
    of: Field | None = None
    over: str = ""
    mine: bool = True


@dataclass(frozen=True, slots=True)
class PickPosition(Field):
    """A position bound to one of ``roles``; read by the actor form ``Chosen``."""

    _: KW_ONLY
    roles: tuple[str, ...] = ()


FIELD_TYPES: tuple[type[Field], ...] = (
    Text,
    LongText,
    Date,
    DateTime,
    Number,
    Money,
    Select,
    Flag,
    Checklist,
    Letter,
    Files,
    Rows,
    PerUnit,
    PickPosition,
)
