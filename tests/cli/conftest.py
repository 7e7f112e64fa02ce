"""Running ``portal`` in this process and as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner, Result

from portal.auth import passwords
from portal.testing.databases import CHEAP

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The folder of an instance that is not made yet."""
    return tmp_path / "instance"


@pytest.fixture
def environment(instance: Path) -> dict[str, str]:
    """The variables of a command: this instance, no plugin, nothing from outside."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    off = "performance_agreement,leadership_service,notifications"
    return {**kept, "PORTAL_INSTANCE": str(instance), "PORTAL_PLUGINS_OFF": off}


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("db", "status")`` in this process; the result has exit_code, stdout, stderr."""
    from portal.cli import main

    passwords.set_cost(CHEAP)
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
    for name in ("PORTAL_INSTANCE", "PORTAL_PLUGINS_OFF"):
        monkeypatch.setenv(name, environment[name])

    def invoke(*arguments: str, **options: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="portal", env=options)

    return invoke


@pytest.fixture
def made(run: Run, instance: Path) -> Path:
    """An instance with schema and administrator, without the organisation."""
    result = run("init")
    assert result.exit_code == 0, result.stderr
    return instance


@pytest.fixture
def spawn(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """``spawn("serve", "--port", "1")`` as a real process; whatever still runs is ended."""
    running: list[subprocess.Popen[str]] = []

    def start(
        *arguments: str, to: IO[str] | int = subprocess.PIPE, **options: str
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", "from portal.cli import main; main()", *arguments],
            env={**environment, **options},
            stdout=to,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def free_port() -> int:
    """A port on loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port that is in use for the length of the test."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]
