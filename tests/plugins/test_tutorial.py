"""The authors' tutorial, carried out: files written, loaded and checked chapter by chapter."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.auth.rights import actor_of
from portal.db import db, transaction
from portal.plugins.host import PluginHost
from portal.testing.conformance import PluginConformance
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World, plant
from portal.workflow.acting import ActInput, act
from portal.workflow.models import Case, CaseStatus, Task, TaskStatus
from portal.workflow.starting import start_case, start_option

from .conftest import EntryPoints, points

TUTORIAL = Path(__file__).parents[2] / "docs" / "authors" / "tutorial.md"
KEY, PACKAGE = "meeting_rooms", "portal_meeting_rooms"
POINT = f"{KEY}={PACKAGE}"
BLOCK = re.compile(r"^```(\w+) (?:title=\"([^\"]+)\"|(check))\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Chapter:
    """Blocks for files (language, name, text) in order, and what must then hold."""

    title: str
    files: list[tuple[str, str, str]]
    checks: tuple[str, ...]


def chapters() -> list[Chapter]:
    """The tutorial, cut at its headings."""
    found = []
    for part in re.split(r"\n## (?=\d\. )", TUTORIAL.read_text(encoding="utf-8"))[1:]:
        blocks = BLOCK.findall(part)
        files = [(language, name, body) for language, name, _check, body in blocks if name]
        checks = tuple(body for _language, _name, check, body in blocks if check)
        found.append(Chapter(part.partition("\n")[0], files, checks))
    return found


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """The next chapter's package is another one of the same name."""
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def write(folder: Path, upto: int) -> Chapter:
    """Carry out the first chapters; returns the last of them."""
    for chapter in chapters()[:upto]:
        for language, name, body in chapter.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = patched(path.read_text(encoding="utf-8"), body) if language == "diff" else body
            path.write_text(text, encoding="utf-8")
    return chapter


def patched(text: str, diff: str) -> str:
    """The text with the one place changed that the diff shows."""
    rows = diff.splitlines(keepends=True)
    before = "".join(row[1:] for row in rows if not row.startswith("+"))
    after = "".join(row[1:] for row in rows if not row.startswith("-"))
    assert text.count(before) == 1
    return text.replace(before, after)


def load(app: Flask) -> PluginHost:
    """A host with the tutorial's plugin."""
    host = PluginHost(points(POINT))
    host.init_app(app)
    assert host.quarantined() == []
    return host


def test_the_tutorial_has_the_chapters_it_promises() -> None:
    assert [chapter.title[:2] for chapter in chapters()] == ["1.", "2.", "3.", "4.", "5."]
    assert all(chapter.files or chapter.checks for chapter in chapters())
    fences = TUTORIAL.read_text(encoding="utf-8").count("\n```") // 2
    assert fences == sum(len(chapter.files) + len(chapter.checks) for chapter in chapters())


@pytest.mark.parametrize("number", range(1, len(chapters()) + 1))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_chapter_works_as_it_stands(
    number: int, bare: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "portal-meeting-rooms"
    chapter = write(folder, number)
    monkeypatch.syspath_prepend(str(folder))
    host = load(bare)
    for body in chapter.checks:
        exec(body, {"host": host})  # noqa: S102  # the tutorial's own lines


class TestTheCodeUnderTheTutorial:
    """The last chapter's plugin at work: a case is begun, returned, approved and numbered."""

    @pytest.fixture
    def seeds(self) -> tuple[object, ...]:
        """The shipped organisation."""
        return (plant,)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_room_is_lent(
        self,
        bare: Flask,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        frozen_clock: FrozenClock,
    ) -> None:
        folder = tmp_path / "portal-meeting-rooms"
        write(folder, 5)
        monkeypatch.syspath_prepend(str(folder))
        load(bare)
        with bare.app_context():
            world = World(db.session())
            people = {
                code: world.person_id(code)
                for code in ("kabag-akin-1", "kasubbag-tu-setmen", "karo-umum")
            }
            db.session.rollback()
            with transaction() as session:
                actor = actor_of(session, people["kabag-akin-1"])
                option = start_option(session, actor, "meeting_rooms.request")
                data = {"acara": "Pembahasan", "mulai": "2026-11-24T02:00:00+00:00"}
                case = start_case(session, actor, option, data, "key-start")
                number = case.number
            for code, outcome in (("kasubbag-tu-setmen", "done"), ("karo-umum", "approve")):
                with transaction() as session:
                    task = session.scalars(select(Task).where(Task.status == TaskStatus.OPEN)).one()
                    record = {"ruang": "kecil"} if outcome == "done" else {}
                    act(
                        session,
                        task.id,
                        actor_of(session, people[code]),
                        ActInput(outcome, f"key-{outcome}", task.version, record=record),
                    )
            case = db.session.scalars(select(Case)).one()
            assert (number, case.status) == ("RR-2026-0001", CaseStatus.DONE)
            assert case.title == "Peminjaman ruang rapat: Pembahasan"
            approved = db.session.scalars(select(Task).where(Task.step == "1b")).one()
            assert approved.record == {"nomor": "RR-0001/2026"}


class TestConformance(PluginConformance):
    """The tutorial's plugin passes what it recommends."""

    plugin = KEY

    @pytest.fixture(autouse=True)
    def _written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "portal-meeting-rooms"
        write(folder, 5)
        monkeypatch.syspath_prepend(str(folder))

    def entry_points(self) -> EntryPoints:
        return points(POINT)
