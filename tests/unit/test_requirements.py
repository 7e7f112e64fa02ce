"""The lowest versions that setup.cfg allows have what the code uses."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def floor_of(package: str) -> tuple[int, ...]:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = settings["options"]["install_requires"].split("\n")
    (line,) = [each for each in lines if re.match(rf"{package}\b", each.strip())]
    found = re.search(r">=([\d.]+)", line)
    assert found is not None
    return tuple(int(part) for part in found[1].split("."))


def test_wtforms_has_the_choices_that_the_calendar_form_is_made_of() -> None:
    used = [path for path in (ROOT / "portal").rglob("*.py") if "SelectChoice" in path.read_text()]
    assert used
    assert floor_of("wtforms") >= (3, 3)
