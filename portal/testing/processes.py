"""Real processes of the portal for tests: started soon, ended by a signal, awaited.

``Processes`` talks to a :mod:`portal.testing.zygote`, which forks them.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any

TRIES = 3000
REST = 0.02


class Processes:
    """``portal`` commands as processes with these variables; all are ended with the block.

    What they print is in the file ``log``; ``path`` are folders with further plugins.
    """

    def __init__(
        self, folder: Path, environment: dict[str, str], path: Sequence[Path] = ()
    ) -> None:
        self.log = folder / "processes.log"
        self._environment = environment
        self._path = [str(each) for each in path]
        templates = folder / "templates"
        templates.mkdir()
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "portal.testing.zygote", str(templates)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**clean_environment(), **environment},
        )
        assert self._hear() == "ready"

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zygote.communicate(timeout=60)

    def start(self, *arguments: str, **variables: str) -> int:
        """Start a command; gives its process id."""
        pid: int = self._order(
            do="start",
            arguments=arguments,
            environment={**clean_environment(), **self._environment, **variables},
            path=self._path,
            log=str(self.log),
        )
        return pid

    def serve(self, **variables: str) -> tuple[int, int]:
        """Start ``portal serve`` on a free port and wait until it listens: process id, port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        pid = self.start("serve", "--port", str(port), **variables)
        for _ in range(TRIES):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    return pid, port
            Event().wait(REST)
        raise AssertionError(f"the server does not listen: {self.said()}")

    def kill(self, pid: int) -> None:
        """SIGKILL a command and its children; they are gone afterwards."""
        self._order(do="end", pid=pid, signal=int(signal.SIGKILL))

    def stop(self, pid: int) -> int:
        """SIGTERM a command and wait for its end; gives the exit code."""
        code: int = self._order(do="end", pid=pid, signal=int(signal.SIGTERM))
        return code

    def wait(self, pid: int) -> int:
        """Wait for a command that ends by itself; gives the exit code."""
        code: int = self._order(do="wait", pid=pid)
        return code

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Run a command to its end: exit code, and what it printed."""
        before = len(self.said())
        code = self.wait(self.start(*arguments, **variables))
        return code, self.said()[before:]

    def said(self) -> str:
        """What all commands have printed."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def _order(self, **order: Any) -> Any:
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._zygote.stdout is not None
        return json.loads(self._zygote.stdout.readline())


def clean_environment() -> dict[str, str]:
    """The variables of this process without those of a portal."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
