"""SIGTERM: a request that has begun is answered before the server ends."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.testing.processes import REST, TRIES, Processes
from tests.reliability.browser import Answer, Browser
from tests.reliability.office import BOSS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_request_in_flight_is_finished_on_sigterm(processes: Processes, tmp_path: Path) -> None:
    signs = tmp_path / "signs"
    signs.mkdir()
    server, port = processes.serve(STEADY_SIGNS=str(signs))
    browser = Browser(port)
    browser.log_in(BOSS)
    answers: list[Answer] = []
    request = threading.Thread(
        target=lambda: answers.append(browser.get("/layanan/steady/lambat")), daemon=True
    )
    request.start()
    assert soon((signs / "begun").exists), answers
    os.kill(server, signal.SIGTERM)
    assert soon(lambda: refuses(port))  # it has heard, and takes nobody new
    assert answers == []
    (signs / "go").touch()
    request.join(timeout=30)
    assert [(each.status, each.text) for each in answers] == [(200, "selesai")]
    assert processes.wait(server) == 0


def refuses(port: int) -> bool:
    """Whether nobody answers any more; a connection may still be taken by the kernel."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status != 200
    except OSError:
        return True
    finally:
        connection.close()


def soon(happened: Callable[[], bool]) -> bool:
    """Wait for something, for half a minute at most."""
    for _ in range(TRIES):
        if happened():
            return True
        threading.Event().wait(REST)
    return False
