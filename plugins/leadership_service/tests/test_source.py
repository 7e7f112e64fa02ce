"""The official text, clause by clause, against ``standard.md`` and the procedure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plugins.leadership_service.workflow import KINDS, LEADERSHIP, ORAL, SORTED
from portal.testing.standards import Standard, load_standard

HERE = Path(__file__).resolve()
OFFICIAL = HERE.parents[4].joinpath("shared", "standards", "leadership_service.txt")
CLAUSES = {1: "ABCD", 2: "ABCDEFGHIJKL"}


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard(HERE.parents[1] / "standard.md")


@pytest.fixture(scope="module")
def rows() -> list[str]:
    """The lines of the official text without page heads and catch-words."""
    if not OFFICIAL.is_file():
        pytest.skip("the official text is not beside this checkout")
    text = OFFICIAL.read_text(encoding="utf-8").replace("*", "").replace("\xa0", " ")
    lines = [" ".join(row.split()) for row in text.splitlines()]
    heads = ("MENTERI SEKRETARIS NEGARA", "REPUBLIK INDONESIA")
    return [row for row in lines if row and row not in heads and ". . ." not in row]


def clause(rows: list[str], part: int, letter: str) -> list[str]:
    """The lines of a clause of the official text."""
    second = rows.index("BAGIAN KEDUA")
    own = rows[:second] if part == 1 else rows[second:]
    starts = [n for n, row in enumerate(own) if re.match(rf"{letter}\. [A-Z]", row)]
    assert len(starts) == 1, (part, letter)
    rest = own[starts[0] + 1 :]
    end = next((n for n, row in enumerate(rest) if re.match(r"[A-L]\. [A-Z]", row)), len(rest))
    return rest[:end]


def numbered(lines: list[str]) -> list[str]:
    """The items of the outer list of a clause."""
    return [row[3:] for row in lines if re.match(r"[0-9]\. ", row)]


def blocks(steps: Iterable[Any], kind: str) -> Iterator[Any]:
    """All blocks of a kind ("Stage", "Task") in reading order, those in branches too."""
    for each in steps:
        if type(each).__name__ == kind:
            yield each
        yield from blocks(getattr(each, "steps", ()), kind)
        for _key, inner in getattr(each, "branches", ()):
            yield from blocks(inner, kind)


STAGES = {each.number: each for each in blocks(LEADERSHIP.steps, "Stage")}
STEPS = list(blocks(LEADERSHIP.steps, "Task"))


@pytest.mark.parametrize(
    ("part", "letter"), [(part, letter) for part in CLAUSES for letter in CLAUSES[part]]
)
def test_every_clause_of_the_source_is_in_the_standard(
    standard: Standard, rows: list[str], part: int, letter: str
) -> None:
    official = clause(rows, part, letter)
    ours = standard.clause(part, letter)
    assert ours is not None
    if (part, letter) != (2, "A"):  # a drawing in the source
        assert official
    if (part, letter) == (2, "B"):  # the procedure has tests of its own
        return
    assert len(numbered(official)) == len(ours.items), letter


def test_the_legal_basis_is_quoted_to_the_letter(standard: Standard, rows: list[str]) -> None:
    ours = standard.clause(1, "A")
    assert ours is not None
    assert list(ours.items) == numbered(clause(rows, 1, "A"))


def test_every_official_and_the_responsible_one_are_named(
    standard: Standard, rows: list[str]
) -> None:
    scope = numbered(clause(rows, 1, "D"))
    ours = standard.clause(1, "D")
    assert ours is not None
    assert standard.unit in scope[0]
    for official in re.findall(r"Kepala (?:Bagian|Subbagian) [^,]+", scope[1].split(", serta")[0]):
        assert official.removesuffix(" dan").strip() in ours.items[1], official
    assert standard.responsible in scope[2]


def test_every_competence_has_its_line(standard: Standard, rows: list[str]) -> None:
    ours = standard.clause(1, "D")
    assert ours is not None
    official = clause(rows, 1, "D")
    start = next(n for n, row in enumerate(official) if row.startswith("9. "))
    asked = [row for row in official[start:] if re.match(r"[-] ?[a-i]\. |[a-i]\. ", row)]
    assert len(asked) == 9
    lines = ours.markdown.partition("**Kompetensi pelaksana.**")[2].splitlines()
    assert sum(row.strip().startswith("- ") for row in lines) == 9


def test_the_four_kinds_of_step_3_are_offered(rows: list[str]) -> None:
    body = clause(rows, 2, "B")
    start = next(n for n, row in enumerate(body) if row.startswith("3. "))
    end = next(n for n, row in enumerate(body) if row.startswith("4. "))
    printed = re.findall(r"([a-d])\. ", " ".join(body[start + 1 : end]))
    assert printed == ["a", "b", "c", "d"]
    offered = {label[0] for _key, label in SORTED if label[1:3] == ". "}
    assert sorted(offered) == printed


def test_each_limit_of_the_procedure_is_the_sources(rows: list[str]) -> None:
    body = " ".join(clause(rows, 2, "B"))
    printed = re.findall(r"\(([0-9]+ menit)\)", body)
    limits = [each.limit for each in STAGES.values() if each.limit and not each.added]
    assert limits == printed
    assert printed == ["5 menit", "15 menit", "10 menit", *["30 menit", "20 menit"] * 2, "30 menit"]


def test_a_step_after_a_telaahan_keeps_the_limit_of_the_printed_one() -> None:
    again = {number: each for number, each in STAGES.items() if number.endswith("-2")}
    assert set(again) == {"4a-2", "4b1-2", "4b2-2", "4b3-2", "4b4-2"}
    for number, each in again.items():
        printed = STAGES[number.removesuffix("-2")]
        assert each.added
        assert each.limit == printed.limit
        ours = [(step.by, step.output) for step in each.steps]
        assert ours == [(step.by, step.output) for step in printed.steps]


def test_what_the_source_does_not_print_is_marked_as_ours() -> None:
    printed = {"1", "2", "3", "4a", "4b1", "4b2", "4b3", "4b4"}
    assert {each.id for each in STEPS if not each.added} == printed
    assert all(each.output for each in STEPS)


def test_oral_direction_is_for_events_travel_and_closed_envelopes(rows: list[str]) -> None:
    note = " ".join(clause(rows, 2, "B"))
    for words in ("bersifat lisan", "acara rapat atau perjalanan dinas", "amplop tertutup"):
        assert words in note
    assert set(ORAL) == {key for key, _label in KINDS} - {"surat"}


def test_complaints_pass_through_the_head_of_the_bureau(
    standard: Standard, rows: list[str]
) -> None:
    official = numbered(clause(rows, 2, "H"))
    assert "melalui Kepala Biro Tata Usaha" in official[0]
    assert "Kepala Bagian Protokol dan Tata Usaha Pimpinan" in official[1]
    assert standard.complaints.receiver == "karo-tu"
    assert standard.complaints.delegates == ("kabag-protokol-tup",)
    assert "Kepala Bagian Protokol dan Tata Usaha Pimpinan" in standard.complaints.handler


def test_cost_schedule_and_evaluation_are_the_sources(standard: Standard, rows: list[str]) -> None:
    def ours(letter: str) -> str:
        found = standard.clause(2, letter)
        assert found is not None
        return found.markdown

    assert clause(rows, 2, "E") == ["Tidak ada"]
    assert ours("E").startswith("Tidak ada")
    assert "di luar hari dan jam kerja" in clause(rows, 2, "G")[0]
    assert "di luarnya" in ours("G")
    assert "satu kali dalam satu tahun" in clause(rows, 2, "L")[0]
    assert standard.evaluation_months == 12
    for thing in ("notebook", "printer", "scanner", "faksimile", "internet", "roda dua dan empat"):
        assert thing in clause(rows, 2, "D")[0]
        assert thing in ours("D").replace("\n", " ")
