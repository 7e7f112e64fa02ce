"""The commands of the portal as a whole: init, check, db, audit, serve."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.testing.postgres import Cluster

Run = Callable[..., Result]


def test_init_makes_keys_schema_and_one_administrator(run: Run, instance: Path) -> None:
    result = run("init", "--with-organisation")
    assert result.exit_code == 0, result.stderr
    assert "Kata sandi sekali pakai" in result.stdout
    assert "portal calendar import" in result.stdout  # office hours alone are no calendar
    for path in (instance, *instance.glob("*_key"), instance / "portal.db"):
        assert path.stat().st_mode & 0o077 == 0, path
    with sqlite3.connect(instance / "portal.db") as database:
        assert database.execute("SELECT count(*) FROM org_unit").fetchone()[0] > 30
        assert database.execute("SELECT count(*) FROM auth_account").fetchone() == (1,)
    database.close()


@pytest.mark.postgres
def test_init_and_check_on_postgresql(run: Run, postgres_cluster: Cluster) -> None:
    postgres_cluster.create("init")
    url = postgres_cluster.url("init")
    result = run("init", "--with-organisation", PORTAL_DATABASE_URL=url)
    assert result.exit_code == 0, result.stderr
    assert run("check", PORTAL_DATABASE_URL=url).exit_code == 0
    postgres_cluster.drop("init")


def test_init_closes_a_folder_that_was_there_but_not_what_was_opened_later(
    run: Run, instance: Path
) -> None:
    instance.mkdir(mode=0o755)
    assert run("init").exit_code == 0
    assert instance.stat().st_mode & 0o777 == 0o700
    instance.chmod(0o750)
    assert run("init").exit_code == 0
    assert instance.stat().st_mode & 0o777 == 0o750


def test_init_again_changes_nothing(run: Run, made: Path) -> None:
    keys = [(made / name).read_bytes() for name in ("secret_key", "audit_key")]
    result = run("init")
    assert result.exit_code == 0
    assert "sudah ada" in result.stdout
    assert [(made / name).read_bytes() for name in ("secret_key", "audit_key")] == keys


def test_check_shows_settings_without_secrets(run: Run, made: Path) -> None:
    url = "smtp://petugas:sangat-rahasia@surat.contoh.id:25"
    result = run("check", PORTAL_SMTP_URL=url, PORTAL_MAIL_FROM="portal@contoh.id")
    assert result.exit_code == 0, result.output
    assert "sangat-rahasia" not in result.output
    for name in ("secret_key", "audit_key"):
        assert (made / name).read_text(encoding="ascii") not in result.output
    assert "surat.contoh.id" in result.stdout


def test_check_as_json_is_a_list(run: Run, made: Path) -> None:
    rows = json.loads(run("check", "--json").stdout)
    assert {"part": "migrasi core", "text": "mutakhir", "good": True} in rows


def test_check_finds_a_changed_log(run: Run, made: Path) -> None:
    database = sqlite3.connect(made / "portal.db")
    database.execute("DROP TRIGGER audit_event_no_update")
    database.execute("UPDATE audit_event SET actor = 'orang lain' WHERE chain = 'accounts'")
    database.commit()
    database.close()
    result = run("check")
    assert result.exit_code == 1
    assert "accounts entri 1: isi entri telah berubah" in result.stdout
    assert run("audit", "verify").exit_code == 1


def test_audit_verify_says_that_all_is_well(run: Run, made: Path) -> None:
    result = run("audit", "verify")
    assert (result.exit_code, result.stdout) == (0, "Semua rantai catatan utuh.\n")


def test_db_status_and_upgrade(run: Run, made: Path) -> None:
    (made / "portal.db").unlink()
    before = json.loads(run("db", "status", "--json").stdout)
    assert before[0]["owner"] == "core"
    assert before[0]["pending"]
    assert run("db", "upgrade").exit_code == 0
    after = json.loads(run("db", "status", "--json").stdout)
    assert after[0]["pending"] == []
    assert after[0]["revision"] == before[0]["pending"][-1]


def test_serve_answers_and_stops_on_sigterm(
    made: Path, spawn: Callable[..., subprocess.Popen[str]], free_port: int
) -> None:
    process = spawn("serve", "--port", str(free_port))
    wait_for(free_port, process)
    url = f"http://127.0.0.1:{free_port}/healthz"
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    _out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_an_idle_server_with_its_plugins_is_small_and_starts_soon(
    run: Run, made: Path, spawn: Callable[..., subprocess.Popen[str]], free_port: int
) -> None:
    assert run("db", "upgrade", PORTAL_PLUGINS_OFF="").exit_code == 0
    process = spawn("serve", "--port", str(free_port), PORTAL_PLUGINS_OFF="")
    wait_for(free_port, process)
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/masuk", timeout=30) as answer:
        assert answer.status == 200
    tree = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    (worker,) = tree.read_text(encoding="ascii").split()
    status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    (resident,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
    assert int(resident) < 120 * 1024
    # What the processor spent, not what the clock shows: other tests run beside this one.
    spent = sum(cpu_seconds(int(pid)) for pid in (process.pid, worker))
    assert spent < 2.5


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_the_worker_stops_on_sigterm(
    made: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    process = spawn("worker")
    assert process.stderr is not None
    assert "siap" in process.stderr.readline()  # the first line: Alembic's looks are not told
    process.send_signal(signal.SIGTERM)
    _out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Until something listens; the kernel makes a connection wait for ``accept``."""
    for _ in range(200):
        assert process.poll() is None, process.communicate()
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("the server does not listen")
