"""Server and worker are killed while officials act: nothing acknowledged is lost or doubled.

The processes are those of ``portal serve`` and ``portal worker``; on SQLite the worker is a
thread of the server, and dies with it.
"""

from __future__ import annotations

import random
import threading

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from portal import clock
from portal.config import Settings
from portal.jobs.models import Job
from portal.testing.processes import REST, TRIES, Processes
from tests.reliability.office import Office, Official, count_jobs, whole

KILLS = 30
OFFICIALS = 3
LONGEST = 0.25
"""Seconds after the first answer within which a process is killed."""


@pytest.fixture
def moments() -> random.Random:
    """The same moments in each run, as far as a machine allows."""
    return random.Random(20261122)


def test_thirty_kills_lose_nothing_and_double_nothing(
    processes: Processes,
    office: Office,
    engine: Engine,
    settings: Settings,
    moments: random.Random,
) -> None:
    def content(token: str) -> bool:
        return (settings.files / token[:2] / token).exists()

    with_worker = not settings.sqlite
    server, port = processes.serve()
    worker = processes.start("worker") if with_worker else 0
    office.opens(port)
    officials = [Official(office, seed) for seed in range(OFFICIALS)]
    for each in officials:
        each.start()
    for _ in range(KILLS):
        office.wait_for_more(len(office.answered))
        threading.Event().wait(moments.uniform(0, LONGEST))
        victim = moments.choice(["both", "both", "server", "worker"]) if with_worker else "server"
        if victim != "worker":
            office.shuts()
            processes.kill(server)
        if victim != "server":
            processes.kill(worker)
        if victim != "worker":
            whole(office, content)
            server, port = processes.serve()
            office.opens(port)
        if victim != "server":
            worker = processes.start("worker")
    office.wait_for_more(len(office.answered))
    office.close()
    for each in officials:
        each.join(timeout=60)
        assert not each.is_alive()
    assert office.problems == []
    whole(office, content)
    assert len(office.answered) > KILLS
    drain(engine)
    processes.kill(server)
    if with_worker:
        processes.kill(worker)
    code, said = processes.run("check", "--deep")
    assert code == 0, said
    print(f"{len(office.answered)} acts, {office.unsure} unsure, {office.again} of them again")


def drain(engine: Engine) -> None:
    """Let the worker do what waits, also what a killed one had; no job is lost."""
    with engine.begin() as connection:
        connection.execute(
            update(Job).where(Job.state == "running").values(lease_until=clock.now())
        )
    for _ in range(TRIES):
        left = count_jobs(engine)
        if not left["queued"] and not left["running"]:
            break
        threading.Event().wait(REST)
    assert set(count_jobs(engine)) == {"done"}
