"""Printed steps against a workflow: every way to disagree is found."""

from __future__ import annotations

import pytest

from portal.standards.document import Standard, parse_standard
from portal.workflow.definition import Role, Workflow, any_of, parallel, stage, task
from portal.workflow.printed import disagreements

TEXT = """\
---
key: sample
number: "7"
title: Contoh
decree: Keputusan contoh
responsible: Kepala Biro
unit: Biro
users: [Unit]
output: [Hasil]
outcome: [Manfaat]
complaints: {receiver: karo}
evaluation: 1 tahun
---

# Bagian kesatu: A

# Bagian kedua: B

## B. Uraian

### 1. Konsep (2 jam)

- 1a. Menyusun.
  - Pelaksana: Staf I; Staf II
- 1b. Memeriksa.
  - Pelaksana: Kepala Bagian atau Kepala Subbagian

### 2. Cetak (tanpa batas waktu)

- 2. Mencetak.
  - Pelaksana: Biro Umum
"""

ROLES = {
    "staf_I": "Staf I",
    "staf_II": "Staf II",
    "kabag": "Kepala Bagian",
    "kasubbag": "Kepala Subbagian",
    "umum": "Kepala Biro Umum",
}


def flow(
    limit: str = "2 jam",
    checker: str = "kasubbag",
    last_id: str = "2",
    last_stage: str = "2",
    extra_added: bool = True,
) -> Workflow:
    """A workflow that agrees with the text unless told otherwise."""
    return Workflow(
        "contoh",
        "Contoh",
        number="C",
        roles=tuple((name, Role(title)) for name, title in ROLES.items()),
        starts=(),
        steps=(
            stage(
                "1",
                "Konsep",
                parallel(
                    "1a", *[[task(f"1a.{n}", "Menyusun", by=f"staf_{n}")] for n in ("I", "II")]
                ),
                task("1b", "Memeriksa", by=any_of("kabag", checker)),
                limit=limit,
            ),
            stage(
                last_stage,
                "Cetak",
                task(last_id, "Mencetak", by="umum"),
                task("2.catat", "Mencatat", by="umum", added=extra_added),
            ),
        ),
    )


@pytest.fixture
def standard() -> Standard:
    return parse_standard(TEXT)


def test_branches_alternatives_and_units_agree(standard: Standard) -> None:
    assert disagreements(standard, [flow()]) == []


@pytest.mark.parametrize(
    ("workflow", "message"),
    [
        (flow(limit="3 jam"), "Langkah 1a: batas tercetak “2 jam”, pada alur kerja “3 jam”."),
        (flow(checker="umum"), "Langkah 1b: naskah menyebut Kepala Bagian atau Kepala Subbagian"),
        (flow(last_id="2x"), "Langkah 2 tidak ada pada alur kerja."),
        (flow(last_stage="3"), "Langkah 2 tidak berada pada tahapnya."),
        (flow(extra_added=False), "Langkah 2.catat pada alur contoh tidak tercetak"),
    ],
)
def test_a_difference_is_named(standard: Standard, workflow: Workflow, message: str) -> None:
    found = disagreements(standard, [workflow])
    assert any(each.startswith(message) for each in found), found


def test_a_step_may_be_in_any_of_the_workflows(standard: Standard) -> None:
    whole = flow()
    first = Workflow("a", "A", number="A", roles=whole.roles, starts=(), steps=whole.steps[:1])
    second = Workflow("b", "B", number="B", roles=whole.roles, starts=(), steps=whole.steps[1:])
    assert disagreements(standard, [first, second]) == []
