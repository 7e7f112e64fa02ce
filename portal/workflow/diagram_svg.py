"""The few SVG parts that drawings are made of; every text in them is escaped here.

No colour, font or width of a line stands in a drawing: classes only, styled by
``diagram.css`` on a page and by ``diagram-print.css`` in a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from markupsafe import Markup, escape

Number = int | float


def element(name: str, *inside: str | Markup, **attributes: object) -> Markup:
    """An element; ``cls`` is its class, underscores in names become hyphens, None is left out."""
    written = Markup("").join(
        Markup(' {}="{}"').format("class" if key == "cls" else key.replace("_", "-"), _value(value))
        for key, value in attributes.items()
        if value is not None
    )
    content = Markup("").join(escape(part) for part in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, content)


def join(parts: Iterable[Markup]) -> Markup:
    """Parts one after the other."""
    return Markup("").join(parts)


def lines(text: str, width: int, most: int) -> list[str]:
    """The text broken at ``width`` letters into at most ``most`` lines; the last may end in …"""
    return wrap(text, width=width, max_lines=most, placeholder="…", break_long_words=True) or [""]


def block(rows: list[str], x: Number, y: Number, step: Number, cls: str) -> Markup:
    """Lines of text below each other; ``y`` is the base line of the first."""
    spans = (element("tspan", row, x=x, y=y + number * step) for number, row in enumerate(rows))
    return element("text", join(spans), cls=cls)


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
