"""How long ``portal serve`` takes to its first page, and what its worker holds in memory.

The server runs as a process of its own, as an operator starts it. Memory is what Linux
counts as resident (``VmRSS``) of the serving process, idle and again after eight people
have logged in at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from socket import socket
from time import perf_counter, sleep
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

from portal.bench.instance import Instance, temporary
from portal.bench.pages import TOKEN
from portal.errors import PortalError

GOAL_SECONDS = 2.5
GOAL_MB = 120
IDLE = 3.0
"""Seconds after the first page at which the server counts as idle."""
PATIENCE = 60.0
PEOPLE = (
    "karo-otlak", "staf-akin-1", "staf-akin-2", "kabag-akin-1", "kabag-akin-2",
    "kasubbag-ppk-1", "deputi-aparatur", "menteri",
)  # fmt: skip
_TICKS = os.sysconf("SC_CLK_TCK")


def run(progress: Callable[[str], None]) -> dict[str, Any]:
    """Start the server on a temporary instance; the figures."""
    progress("Menyiapkan instans sementara …")
    with temporary() as instance:
        address = f"http://127.0.0.1:{_free_port()}"
        progress(f"Menjalankan server di {address} …")
        begun = perf_counter()
        with _server(instance.environ, address) as process:
            _first_page(address, process)
            seconds = perf_counter() - begun
            cpu = sum(map(_cpu, _family(process.pid)))
            sleep(IDLE)
            worker = _family(process.pid)[-1]
            idle = _resident(worker)
            progress(f"{len(PEOPLE)} orang masuk bersamaan …")
            with ThreadPoolExecutor(len(PEOPLE)) as pool:
                list(pool.map(lambda name: _log_in(address, name, instance), PEOPLE))
            sleep(IDLE)
            return {
                "first_page_s": round(seconds, 2),
                "first_page_cpu_s": round(cpu, 2),
                "rss_mb_idle": idle,
                "rss_mb_after_log_ins": _resident(worker),
                "goal_s": GOAL_SECONDS,
                "goal_mb": GOAL_MB,
            }


@contextmanager
def _server(environ: Mapping[str, str], address: str) -> Iterator[subprocess.Popen[str]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    process = subprocess.Popen(
        [sys.executable, "-c", "from portal.cli import main; main()",
         "serve", "--port", address.rpartition(":")[2]],
        env={**kept, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _first_page(address: str, process: subprocess.Popen[str]) -> None:
    """Wait until the log-in page answers."""
    end = perf_counter() + PATIENCE
    while process.poll() is None and perf_counter() < end:
        try:
            with urlopen(f"{address}/masuk") as answer:
                answer.read()
                return
        except URLError:
            sleep(0.01)
    process.terminate()
    _out, errors = process.communicate(timeout=PATIENCE)
    raise PortalError(f"Server tidak menjawab. {errors.strip()[-300:]}")


def _log_in(address: str, name: str, instance: Instance) -> None:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    with opener.open(f"{address}/masuk") as answer:
        found = TOKEN.search(answer.read().decode())
    sent = {
        "csrf_token": found[1] if found else "",
        "username": name,
        "password": instance.password,
    }
    with opener.open(f"{address}/masuk", urlencode(sent).encode()) as answer:
        answer.read()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    """A process and its children, the parent first."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *map(int, children)]


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> int:
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024)
    raise PortalError("Sistem ini tidak menyebut memori proses.")
