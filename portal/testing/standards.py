"""For the tests of a plugin's ``standard.md``: read it, and hold it against its sources.

``load_standard`` and ``completeness`` are those of the portal; ``disagreements`` compares the
printed steps with workflows; ``copied_runs`` finds sentences taken over from another text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.standards.completeness import Completeness
from portal.standards.completeness import check as completeness
from portal.standards.document import PrintedStep, Standard, load_standard, parse_standard
from portal.workflow.printed import disagreements

__all__ = [
    "Completeness",
    "PrintedStep",
    "Standard",
    "completeness",
    "copied_runs",
    "disagreements",
    "load_standard",
    "parse_standard",
]

NAME = "§"
HEADING = re.compile(r"^#.*$", re.MULTILINE)


def copied_runs(text: str, source: str, names: Iterable[str], length: int = 8) -> list[str]:
    """Runs of ``length`` words of ``text`` that stand in ``source`` as well.

    ``names`` (titles of laws, units, positions) are facts and count as one word each; marks,
    numbers of lists and single letters count as none. A run of names alone is no sentence,
    and none goes across a heading: the headings of clauses are given.
    """
    longest_first = sorted({_plain(name) for name in names}, key=len, reverse=True)
    theirs = _words(source, longest_first)
    known = {tuple(theirs[n : n + length]) for n in range(len(theirs) - length + 1)}
    found = []
    for part in HEADING.split(text):
        ours = _words(part, longest_first)
        runs = (tuple(ours[n : n + length]) for n in range(len(ours) - length + 1))
        found += [" ".join(run) for run in runs if run in known and set(run) != {NAME}]
    return found


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w§]+", text.lower()))


def _words(text: str, names: Iterable[str]) -> list[str]:
    plain = f" {_plain(text)} "
    for name in names:
        # Twice: the blank between two equal neighbours belongs to one match only.
        plain = plain.replace(f" {name} ", f" {NAME} ").replace(f" {name} ", f" {NAME} ")
    return [word for word in plain.split() if word == NAME or not _mark(word)]


def _mark(word: str) -> bool:
    return len(word) == 1 or word.isdecimal() or not word.strip("ivx")
