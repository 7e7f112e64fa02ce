"""What templates, style sheets and scripts may hold: no literal colour, nothing inline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "portal" / "web" / "static"
TOKENS = STATIC / "css" / "tokens.css"

NAMED = (
    "black|white|red|green|blue|navy|gray|grey|silver|gold|yellow|orange|purple|maroon|teal|"
    "olive|lime|aqua|fuchsia|pink|brown|crimson|tomato|coral|indigo|violet"
)
COLOUR = re.compile(
    rf"#(?:[0-9a-f]{{8}}|[0-9a-f]{{6}}|[0-9a-f]{{3,4}})\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|"
    rf"oklab|oklch)\(|:\s*(?:{NAMED})\b",
    re.IGNORECASE,
)
PAINT = re.compile(rf"\b(?:fill|stroke|color|bgcolor|stop-color)=[\"'](?:#|rgb|{NAMED})", re.I)
INLINE = re.compile(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)


def templates() -> list[Path]:
    """Every template of the intranet, the plugins' included."""
    found = [*ROOT.glob("portal/**/*.html"), *ROOT.glob("plugins/**/*.html")]
    return [path for path in sorted(found) if "scaffold" not in path.parts]


def own(pattern: str) -> list[Path]:
    """Static files that we wrote, tokens left out."""
    found = [*STATIC.rglob(pattern), *ROOT.glob(f"plugins/*/static/**/{pattern}")]
    return sorted(path for path in found if "vendor" not in path.parts and path != TOKENS)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines without their comments, numbered."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|\{#.*?#\}", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    yield from enumerate(text.splitlines(), start=1)


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """``file:line text`` of every hit."""
    return [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in paths
        for number, line in lines(path)
        if pattern.search(line)
    ]


def test_colours_stand_in_the_tokens_alone() -> None:
    assert hits(COLOUR, own("*.css") + own("*.js")) == []
    assert hits(PAINT, templates()) == []


def test_templates_have_no_inline_style_script_or_handler() -> None:
    assert hits(INLINE, templates()) == []
    assert hits(SCRIPT, templates()) == []


def test_templates_and_scripts_have_no_long_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*templates(), *own("*.js"), *own("*.css")]
        for number, line in lines(path)
        if len(line) > 120
    ]
    assert long == []


@pytest.mark.parametrize(
    "line",
    ["color: #fff;", "background: rgba(0, 0, 0, 0.1)", "fill:#0b2f5b", "border-color: white;"],
)
def test_the_search_for_colours_finds_them(line: str) -> None:
    assert COLOUR.search(line)


@pytest.mark.parametrize("line", ['<a href="#content">', "color: var(--p-text)", "url(#head)"])
def test_the_search_for_colours_lets_the_rest_pass(line: str) -> None:
    assert not COLOUR.search(line)


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = (STATIC / "vendor" / "tabler" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    wished = {
        line.strip()
        for line in (ROOT / "tools" / "icons.txt").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    assert wished == known
    used = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in templates()
        for name in re.findall(r"\bicon\('([\w-]+)'", path.read_text(encoding="utf-8"))
    }
    assert {pair for pair in used if pair[1] not in known} == set()
    in_code = {
        name
        for path in [*ROOT.glob("portal/**/*.py"), *ROOT.glob("plugins/**/*.py")]
        for name in re.findall(r'\bicon="([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert in_code <= known
