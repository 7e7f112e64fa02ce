"""Server and worker are killed while officials act: nothing acknowledged is lost or doubled.

The processes are those of ``portal serve`` and ``portal worker``. On SQLite the server has a
worker of its own too, so that there two compete for the jobs.
"""

from __future__ import annotations

import random
import threading

import pytest
from sqlalchemy.engine import Engine

from portal.config import Settings
from portal.testing.processes import Processes
from tests.reliability.office import Office, Official, drain, whole

KILLS = 30
OFFICIALS = 3
LONGEST = 0.25
"""Seconds after an answer within which a process is killed."""


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
    server, port = processes.serve()
    worker = processes.start("worker")
    office.opens(port)
    officials = [Official(office, seed) for seed in range(OFFICIALS)]
    for each in officials:
        each.start()
    for _ in range(KILLS):
        office.wait_for_more(len(office.answered))
        threading.Event().wait(moments.uniform(0, LONGEST))
        victim = moments.choice(["both", "both", "server", "worker"])
        if victim != "worker":
            office.shuts()
            processes.kill(server)
        if victim != "server":
            processes.kill(worker)
        if victim != "worker":
            whole(office, settings.files)
            server, port = processes.serve()
            office.opens(port)
        if victim != "server":
            worker = processes.start("worker")
    office.wait_for_more(len(office.answered))
    office.close()
    for each in officials:
        each.join(timeout=60)
        assert not each.is_alive()
    assert not office.problems, repr(office.problems)
    whole(office, settings.files)
    assert len(office.answered) > KILLS
    drain(engine)
    processes.kill(server)
    processes.kill(worker)
    code, said = processes.run("check", "--deep")
    assert code == 0, said
    print(f"{len(office.answered)} acts, {office.unsure} unsure, {office.again} taken again")
