"""Contrast of the tokens, light and dark: axe sees text, but no focus ring and no meter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "portal" / "web" / "static" / "css" / "tokens.css"

TEXT = [
    ("--p-text", "--p-canvas"),
    ("--p-text", "--p-card"),
    ("--p-text", "--p-active"),
    ("--p-muted", "--p-canvas"),
    ("--p-muted", "--p-card"),
    ("--p-muted", "--p-active"),
    ("--p-muted", "--p-neutral-bg"),
    ("--p-link", "--p-canvas"),
    ("--p-link", "--p-card"),
    ("--p-link-strong", "--p-active"),
    ("--p-on-brand", "--p-brand"),
    ("--p-on-brand-muted", "--p-brand"),
    ("--p-on-action", "--p-action"),
    ("--p-on-action", "--p-action-strong"),
    ("--p-on-done", "--p-done"),
    *((f"--p-{kind}", f"--p-{kind}-bg") for kind in
      ("danger", "warn", "ok", "info", "accent", "neutral")),
    *((f"--p-{kind}", "--p-card") for kind in ("danger", "warn", "ok", "info", "accent")),
]  # fmt: skip
SHAPES = [
    ("--p-line-strong", "--p-card"),
    ("--p-line-strong", "--p-field"),
    ("--p-fill-ok", "--p-card"),
    ("--p-flow", "--p-card"),
    ("--p-focus-on-brand", "--p-brand"),
]
GROUNDS = ("--p-canvas", "--p-card", "--p-active", "--p-field", "--p-action", "--p-danger-bg")


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; what dark does not say is as in light."""
    text = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.S)
    text = text.split("@media print")[0]
    values: dict[str, str] = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        if '"light"' in selector or (theme == "dark" and '"dark"' in selector):
            values.update(re.findall(r"(--[\w-]+):\s*(#[0-9a-fA-F]{6})\b", body))
    return values


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_four_and_a_half_to_one(theme: str, ink: str, ground: str) -> None:
    values = tokens(theme)
    assert contrast(values[ink], values[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), SHAPES)
def test_edges_of_fields_and_drawings_have_three_to_one(theme: str, ink: str, ground: str) -> None:
    values = tokens(theme)
    assert contrast(values[ink], values[ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_one_ring_of_the_focus_stands_out_on_every_ground(theme: str, ground: str) -> None:
    values = tokens(theme)
    rings = ("--p-focus", "--p-focus-gap", "--p-focus-halo")
    assert max(contrast(values[ring], values[ground]) for ring in rings) >= 3


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
