"""A process that has the portal imported and forks ``portal …`` commands as told on its input.

A command that is forked from it is a real process of its own session, and starts in a
tenth of the time. Orders and answers are lines of JSON; ``portal.testing.processes``
writes them. It imports and never runs anything of the portal itself.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from importlib import import_module
from typing import Any, NoReturn

IMPORTED = (
    "portal.app", "portal.cli", "portal.serve", "portal.migrate", "portal.commands.serve",
    "portal.plugins.host", "portal.web.frame", "portal.auth.session", "portal.documents.uploads",
    "gunicorn.workers.gthread", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql",
    "psycopg",
)  # fmt: skip
SUBREAPER = 36
"""prctl: orphans of our children become ours (Linux only)."""


def main() -> None:
    """Carry out orders until the input ends; then end whatever still runs."""
    _import_all(sys.argv[1])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1)
    running: set[int] = set()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_carry_out(order, running)), flush=True)
    for pid in running:
        _end(pid, signal.SIGKILL)


def _import_all(templates: str) -> None:
    from flask import Flask
    from jinja2 import FileSystemBytecodeCache

    from portal.app import BLUEPRINTS

    for name in (*IMPORTED, *BLUEPRINTS):
        import_module(name)
    # Compiling the page templates anew would cost each start more than all the rest.
    cache = FileSystemBytecodeCache(templates)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": cache}


def _carry_out(order: dict[str, Any], running: set[int]) -> Any:
    if order["do"] == "start":
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _become(order)
        running.add(pid)
        return pid
    running.discard(order["pid"])
    if order["do"] == "end":
        return _end(order["pid"], order["signal"])
    return _code(os.waitpid(order["pid"], 0)[1])


def _end(pid: int, number: int) -> int:
    """Send a signal to the process, or SIGKILL to all of its session, and wait for them."""
    if number == signal.SIGKILL:
        os.killpg(pid, number)
    else:
        os.kill(pid, number)
    code = _code(os.waitpid(pid, 0)[1])
    while True:  # the server's own children, which have become ours
        try:
            os.waitpid(-pid, 0)
        except ChildProcessError:
            return code


def _code(status: int) -> int:
    return os.waitstatus_to_exitcode(status)


def _become(order: dict[str, Any]) -> NoReturn:
    """Run a command of ``portal`` in this new process; it ends as any Python program does."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:0] = order["path"]
    from portal.cli import main as portal

    portal(order["arguments"], prog_name="portal")
    raise SystemExit(0)


if __name__ == "__main__":
    main()
