"""Indonesian dates, rupiah and sizes, and Markdown made safe; no locale data needed."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import nh3
from markdown import Markdown

ZONE = ZoneInfo("Asia/Jakarta")
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
TAGS = {"p", "ol", "ul", "li", "strong", "em", "br"}


def long_date(value: str | date) -> str:
    """15 Januari 2026, from a date, an ISO date or an ISO instant (shown in Jakarta's day)."""
    if isinstance(value, str):
        value = (
            datetime.fromisoformat(value).astimezone(ZONE).date()
            if "T" in value
            else date.fromisoformat(value)
        )
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def number(value: int) -> str:
    """1.234.567"""
    return f"{value:,}".replace(",", ".")


def rupiah(value: int) -> str:
    """Rp1.234.567, from whole rupiah."""
    return f"Rp{number(value)}"


def size(value: int) -> str:
    """41 kB, from bytes; at least 1 kB."""
    return f"{number(max(1, round(value / 1000)))} kB"


def grouped(digest: str) -> str:
    """A fingerprint in groups of eight, as people compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def safe_html(paragraphs: tuple[str, ...]) -> str:
    """Markdown paragraphs as HTML with paragraphs, lists and emphasis only.

    ``sane_lists`` keeps a numbered list apart from bullets that follow it; without it
    they merge into one list and the clause numbers break.
    """
    html = Markdown(extensions=["sane_lists"]).convert("\n\n".join(paragraphs))
    return nh3.clean(html, tags=TAGS, attributes={"ol": {"start"}})
