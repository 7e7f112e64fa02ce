"""Bad input on the command line: one clear Indonesian line, a non-zero exit, no traceback."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.cli import COMMANDS, database_trouble, explain

Run = Callable[..., Result]


def one_line(result: Result, code: int) -> str:
    """The only line on standard error of a command that ended with that code."""
    assert result.exit_code == code, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("Galat: ")
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tidak-ada"], "tidak-ada"),
        (["serve", "--prt", "1"], "--prt"),
        (["serve", "--port", "satu"], "--port"),
        (["serve", "--port", "99999"], "--port"),
        (["db", "revision"], "--message"),
        (["db", "status", "lebih"], "argumen"),
    ],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: list[str], words: str) -> None:
    assert words in one_line(run(*arguments), 2)


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Perintah" in result.output


def test_a_command_without_an_instance_says_to_make_one(run: Run) -> None:
    assert "portal init" in one_line(run("db", "status"), 1)


@pytest.mark.parametrize(
    "line", ["PORTAL_MAX_UPLOAD=banyak", "PORTAL_TIMEZONE=Mars/Olympus", "PORTAL_STRICT=mungkin",
             "PORTAL_DATABASE_URL=mysql://x/y", "PORTAL_BASE_URL=ftp://x", "'rusak",
             "PORTAL_TRUSTED_PROXIES=-1"]
)  # fmt: skip
@pytest.mark.parametrize("command", [["db", "status"], ["check"], ["serve"], ["audit", "verify"]])
def test_a_broken_env_file_is_one_line(run: Run, made: Path, line: str, command: list[str]) -> None:
    (made / ".env").write_text(f"{line}\n", encoding="utf-8")
    message = one_line(run(*command), 1)
    assert line.split("=", maxsplit=1)[0] in message or "baris 1" in message


def test_a_workflow_that_is_not_there_is_one_line(run: Run, made: Path) -> None:
    assert "tidak-ada" in one_line(run("workflow", "simulate", "tidak-ada"), 1)
    assert run("workflow", "check").exit_code == 0


def test_an_unwritable_instance_is_one_line(run: Run, instance: Path) -> None:
    instance.write_text("a file where the folder should be", encoding="utf-8")
    assert "tidak dapat ditulisi" in one_line(run("init"), 1)


def test_an_old_database_is_not_served(run: Run, instance: Path, made: Path) -> None:
    (instance / "portal.db").unlink()
    assert "portal db upgrade" in one_line(run("serve", "--port", "1"), 1)
    assert "portal db upgrade" in run("check").stdout


def test_a_file_that_is_no_database_is_one_line(run: Run, made: Path) -> None:
    for suffix in ("-wal", "-shm"):
        (made / f"portal.db{suffix}").unlink(missing_ok=True)
    (made / "portal.db").write_text("not a database, and long enough to be looked at", "utf-8")
    assert "rusak" in one_line(run("db", "status"), 1)


def test_an_unreachable_server_is_one_line(run: Run, made: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    assert "tidak dapat dihubungi" in one_line(run("db", "status", PORTAL_DATABASE_URL=url), 1)


def test_a_port_in_use_is_one_line(
    made: Path, spawn: Callable[..., subprocess.Popen[str]], busy_port: int
) -> None:
    process = spawn("serve", "--port", str(busy_port))
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.strip().splitlines() == [errors.strip()]
    assert f"{busy_port} sudah dipakai program lain" in errors
    assert out == ""


def test_a_demo_instance_is_served_on_loopback_only(run: Run, made: Path) -> None:
    (made / "demo").touch()
    message = one_line(run("serve", "--host", "0.0.0.0", "--port", "1"), 1)
    assert "peragaan" in message


def test_a_reader_that_has_seen_enough_is_no_error(
    made: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> None:
    process = spawn("check")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 128 + signal.SIGPIPE
    process.stdout = None  # closed; what the fixture reads at the end


def test_help_that_cannot_be_written_is_one_line(
    spawn: Callable[..., subprocess.Popen[str]],
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = spawn("--help", to=full)
    _out, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("Galat: ")
    assert len(errors.splitlines()) == 1


def test_what_nobody_expected_is_one_line_with_the_place_of_the_details(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("portal.migrate.owners", fail)
    message = one_line(run("db", "status"), 1)
    assert "ZeroDivisionError" in message
    assert "secret detail" not in message
    assert "secret detail" in (made / "portal-error.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no such table: org_unit", "portal db upgrade"),
        ("database is locked", "coba lagi"),
        ("attempt to write a readonly database", "izin"),
        ("disk I/O error", "OperationalError"),
    ],
)
def test_trouble_of_the_database_says_what_to_do(
    text: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "none"))
    error = sqlite3.OperationalError(text)
    assert words in database_trouble(error) or "tidak dapat dihubungi" in database_trouble(error)


def test_an_operating_system_error_names_the_file() -> None:
    assert "/srv/x" in explain(PermissionError(13, "Permission denied", "/srv/x"))


def test_every_command_has_help_with_an_example(run: Run) -> None:
    missing = []
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0, (name, result.output)
        if "Contoh" not in result.stdout and "Perintah:" not in result.stdout:
            missing.append(name)
    assert missing == []
