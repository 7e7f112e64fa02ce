"""The head of a case page: where the case stands, of how many only when that is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER, ROLES
from portal.testing.world import World, plant
from portal.workflow.definition import Outcome, Start, Workflow, choice, stage, task

Login = Callable[[str], PortalClient]

ANSWERS = (Outcome("ya", "Ya"), Outcome("tidak", "Tidak"))
FORKED = Workflow(
    "forked", "Bercabang", number="CB", roles=ROLES,
    starts=(Start("new", "Baru", "Baru", by=("boss",)),),
    steps=(
        stage("1", "Memutuskan", task("a", "Memutuskan", by="boss", outcomes=ANSWERS)),
        choice("c", on="a", branches={
            "ya": [stage("2a", "Membalas", task("b", "Membalas", by="boss"))],
            "tidak": [stage("2b", "Menolak", task("d", "Menolak", by="boss"))],
        }),
    ),
)  # fmt: skip


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    SampleHost(LETTER, FORKED).install(app)
    return Desk(world)


def page(login: Login, number: str) -> str:
    return " ".join(login("karo-otlak").get(f"/kasus/{number}").get_data(as_text=True).split())


def test_where_every_case_goes_through_all_stages_they_are_counted(
    desk: Desk, login: Login
) -> None:
    number = desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
    assert "Langkah 1 dari 3: Menyusun dan memeriksa" in page(login, number)


def test_stages_of_branches_that_may_never_run_are_not_counted(desk: Desk, login: Login) -> None:
    number = desk.start("forked.new", "karo-otlak")
    body = page(login, number)
    assert "Langkah 1: Memutuskan" in body
    assert "Langkah 1 dari" not in body
    desk.act("karo-otlak", "a", "ya")
    assert "Langkah 2a: Membalas" in page(login, number)
