"""A backup is made while officials act, upload and publish, and is whole when it is put back."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import Engine

from portal.commands import archive
from portal.config import Settings
from portal.db import db, transaction
from portal.publishing import service
from portal.serve import open_engine
from portal.testing.documents import sample_document
from portal.testing.processes import REST, TRIES, Processes
from tests.reliability.browser import Browser
from tests.reliability.office import BOSS, Office, Official, drain, whole

OFFICIALS = 3


@pytest.fixture
def empty(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An instance that holds nothing but the key of the log, on a database of the same kind."""
    instance = tmp_path / "other"
    instance.mkdir(mode=0o700)
    shutil.copy(settings.instance / "audit_key", instance)
    other = replace(settings, instance=instance, files=instance / "files")
    if settings.sqlite:
        yield replace(other, database_url=f"sqlite:///{instance / 'portal.db'}")
        return
    cluster = request.getfixturevalue("postgres_cluster")
    cluster.create("restored")
    yield replace(other, database_url=cluster.url("restored"))
    cluster.drop("restored")


class Publisher(threading.Thread):
    """Finalizes one version after another and decides to publish it."""

    def __init__(self, app: Flask, office: Office) -> None:
        super().__init__(daemon=True)
        self.app, self.office = app, office

    def run(self) -> None:
        """Go on until the office closes, at the pace of the others."""
        version = 0
        while not self.office.closed:
            version += 1
            self.office.wait_for_more(len(self.office.answered) + 2)
            with self.app.app_context():
                with transaction() as session:
                    document = sample_document(version=version)
                    row = service.finalize(session, kind="pk", document=document)
                    service.publish(session, [row.id])
                db.session.remove()


def test_a_backup_made_while_all_write_is_whole_when_it_is_put_back(
    app: Flask,
    processes: Processes,
    office: Office,
    settings: Settings,
    empty: Settings,
    tmp_path: Path,
) -> None:
    server, port = processes.serve()
    worker = 0 if settings.sqlite else processes.start("worker")
    office.opens(port)
    people = [*(Official(office, seed) for seed in range(OFFICIALS)), Publisher(app, office)]
    for each in people:
        each.start()
    office.wait_for_more(15)
    ledger = settings.publications / "ledger" / "2026.jsonl"
    for _ in range(TRIES):
        if ledger.exists():
            break
        threading.Event().wait(REST)

    before = set(office.answered)
    code, said = processes.run("backup", str(tmp_path / "copy"))
    assert code == 0, said
    office.wait_for_more(len(before))  # they were never stopped

    office.close()
    for each in people:
        each.join(timeout=60)
    assert not office.problems, repr(office.problems)
    processes.kill(server)
    if worker:
        processes.kill(worker)
    there = {"PORTAL_INSTANCE": str(empty.instance), "PORTAL_DATABASE_URL": empty.database_url}
    code, said = processes.run("restore", str(tmp_path / "copy"), **there)
    assert code == 0, said
    assert "baik  terbitan" in said
    assert list(archive.read_manifest(tmp_path / "copy").missing) == []
    works_again(processes, there, empty, before)


def works_again(
    processes: Processes, there: dict[str, str], restored: Settings, before: set[str]
) -> None:
    """All that was acknowledged is in the restored instance, and it is in use at once."""
    engine: Engine = open_engine(restored)
    office = Office(engine, answered=before)
    whole(office, restored.files)
    assert list((restored.files).rglob("*/*")), "no file was restored"
    server, port = processes.serve(**there)
    worker = 0 if restored.sqlite else processes.start("worker", **there)
    browser = Browser(port)
    browser.log_in(BOSS)
    assert "TTP-2026-0001" in browser.get("/kasus/TTP-2026-0001").text
    drain(engine)
    engine.dispose()
    processes.kill(server)
    if worker:
        processes.kill(worker)
    code, said = processes.run("check", "--deep", **there)
    assert code == 0, said


def test_a_killed_backup_leaves_nothing_that_looks_whole(
    processes: Processes, tmp_path: Path
) -> None:
    moments = random.Random(20261122)
    for turn in range(8):
        target = tmp_path / f"copy-{turn}"
        backup = processes.start("backup", str(target))
        threading.Event().wait(moments.uniform(0, 0.4))
        processes.kill(backup)
        if target.exists():
            assert list(archive.problems(target, archive.read_manifest(target))) == []
    target = tmp_path / "copy"
    code, said = processes.run("backup", str(target))
    assert code == 0, said
    assert list(archive.problems(target, archive.read_manifest(target))) == []
    assert list(tmp_path.glob(".portal-backup-*")) == []
