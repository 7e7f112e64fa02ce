"""standard.md against the workflow and, where it is at hand, against the official text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.leadership_service.workflow import LEADERSHIP
from portal.testing.standards import (
    Standard,
    completeness,
    copied_runs,
    disagreements,
    load_standard,
)

HERE = Path(__file__).resolve()
FILE = HERE.parents[1] / "standard.md"
OFFICIAL = HERE.parents[4].joinpath("shared", "standards", "leadership_service.txt")
LIMITS = {
    "1": "5 menit",
    "2": "15 menit",
    "3": "10 menit",
    "4a": "30 menit",
    "4b1": "20 menit",
    "4b2": "30 menit",
    "4b3": "20 menit",
    "4b4": "30 menit",
}
WORDS = {"staf": "Staf", "kasubbag": "Kepala Subbagian TU", "pimpinan": "Menteri Sekretaris"}
OFFICIALS = {"1": "staf", "2": "pimpinan", "3": "kasubbag", "4a": "kasubbag", "4b1": "kasubbag",
             "4b2": "kasubbag", "4b3": "staf", "4b4": "kasubbag"}  # fmt: skip
NAMES = (
    "Kementerian Sekretariat Negara",
    "Menteri Sekretaris Negara/Sekretaris Kementerian Sekretariat Negara/Staf Ahli",
    "Pengoordinasian Pelaksanaan Pelayanan kepada Pimpinan",
    "Kepala Subbagian Tata Usaha Menteri Sekretaris Negara",
    "Kepala Bagian Protokol dan Tata Usaha Pimpinan",
    "Kepala Subbagian Tata Usaha Sekretaris Kementerian",
    "Kepala Subbagian Tata Usaha Staf Ahli",
    "pegawai Biro Tata Usaha",
    "Menteri Sekretaris Negara, Sekretaris Kementerian Sekretariat Negara, dan Staf Ahli"
    " Menteri Sekretaris Negara",
)


@pytest.fixture(scope="module")
def standard() -> Standard:
    """Our own words."""
    return load_standard(FILE)


@pytest.fixture(scope="module")
def official() -> list[str]:
    """The lines of the official text without page heads and catch-words."""
    if not OFFICIAL.is_file():
        pytest.skip("the official text is not beside this checkout")
    text = OFFICIAL.read_text(encoding="utf-8").replace("*", "").replace("\xa0", " ")
    rows = [" ".join(row.split()) for row in text.splitlines()]
    heads = ("MENTERI SEKRETARIS NEGARA", "REPUBLIK INDONESIA")
    return [row for row in rows if row and row not in heads and ". . ." not in row]


def procedure(rows: list[str]) -> dict[str, tuple[str, str]]:
    """Sentence and limit of each printed step."""
    body = rows[rows.index("B. Uraian Prosedur") + 1 : rows.index("C. Persyaratan")]
    found: dict[str, tuple[str, str]] = {}
    stage = branch = ""
    for row in body:
        step = re.match(r"(?:([0-9])\. |- )?(?:([a-d])\. )?(?:([0-9])\) )?(.+)", row)
        assert step is not None
        limit = re.search(r"\(([0-9]+ menit)\)", row)
        stage, branch = step[1] or stage, step[2] or ("" if step[1] else branch)
        if limit is not None:
            key = stage + branch + (step[3] or "")
            found[key] = (step[4], limit[1])
    return found


def test_every_step_official_and_limit_is_in_the_workflow(standard: Standard) -> None:
    assert disagreements(standard, [LEADERSHIP]) == []


def test_each_stage_has_its_limit(standard: Standard) -> None:
    assert {stage.number: stage.limit for stage in standard.stages} == LIMITS


def test_the_source_prints_these_steps_officials_and_limits(official: list[str]) -> None:
    printed = procedure(official)
    assert {step: limit for step, (_sentence, limit) in printed.items()} == LIMITS
    for step, role in OFFICIALS.items():
        assert printed[step][0].startswith(WORDS[role]), step


def test_only_the_number_of_performers_is_missing(standard: Standard) -> None:
    assert [each.title for each in completeness(standard).missing] == ["Jumlah pelaksana"]


def test_complaints_go_to_the_head_of_the_bureau_who_may_delegate(standard: Standard) -> None:
    assert standard.complaints.receiver == "karo-tu"
    assert standard.complaints.delegates == ("kabag-protokol-tup",)
    assert standard.evaluation_months == 12


def test_no_sentence_is_copied(standard: Standard, official: list[str]) -> None:
    laws = standard.clause(1, "A")
    assert laws is not None
    body = FILE.read_text(encoding="utf-8")
    names = [*NAMES, *laws.items, standard.title]
    assert copied_runs(body, "\n".join(official), names) == []
