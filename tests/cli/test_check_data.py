"""What ``portal check`` finds in the data; each fault is made by hand and seen."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from portal import clock
from portal.commands import check_data
from portal.config import load_settings
from portal.publishing.writer import write
from portal.testing.documents import sample_document, sample_frozen
from tests.cli.test_backup import change, rows, upload

Run = Callable[..., Result]
Found = dict[str, list[tuple[str, bool | None]]]

LONG_AGO = (datetime.now(UTC) - timedelta(days=3)).timestamp()  # of files, which have real times


def found(result: Result) -> Found:
    """The report: part → (text, good)."""
    lines: Found = {}
    for line in json.loads(result.stdout):
        lines.setdefault(line["part"], []).append((line["text"], line["good"]))
    return lines


def look(run: Run, *more: str, code: int = 0) -> Found:
    result = run("check", "--json", *more)
    assert result.exit_code == code, result.output
    return found(result)


def bad(lines: Found) -> dict[str, list[str]]:
    """The faults of a report."""
    faults = {
        part: [text for text, good in texts if good is False] for part, texts in lines.items()
    }
    return {part: texts for part, texts in faults.items() if texts}


def add_job(instance: Path, state: str, when: datetime) -> None:
    with closing(sqlite3.connect(instance / "portal.db")) as database:
        names = [row[1:4:2] for row in database.execute("PRAGMA table_info(job)")]
        needed = {"name": "x", "payload": "{}", "state": state, "attempts": 1, "done": 0,
                  "total": 0, "last_error": "", "run_after": f"{when:%Y-%m-%d %H:%M:%S}.000000",
                  "lease_until": f"{when:%Y-%m-%d %H:%M:%S}.000000",
                  "created_at": "2026-01-01 00:00:00.000000"}  # fmt: skip
        rest = {name: "" for name, required in names if required and name not in needed}
        values = {**needed, **{name: value for name, value in rest.items() if name != "id"}}
        marks = ", ".join("?" for _ in values)
        database.execute(
            f"INSERT INTO job ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
        )
        database.commit()


def test_a_fresh_instance_is_in_order(run: Run, made: Path) -> None:
    lines = look(run, "--deep")
    assert bad(lines) == {}
    for part in ("catatan", "berkas", "terbitan", "register", "pekerjaan", "berkas basis data"):
        assert [good for _text, good in lines[part]] == [True], part
    assert lines["cadangan"] == [("belum pernah dibuat; jalankan `portal backup FOLDER`", None)]


def test_contents_that_are_gone_or_changed_are_found(run: Run, made: Path) -> None:
    gone, short, changed = (upload(made) for _ in range(3))
    places = {token: made / "files" / token[:2] / token for token in (gone, short, changed)}
    places[gone].unlink()
    places[short].write_bytes(b"x")
    places[changed].write_bytes(places[changed].read_bytes()[::-1])
    faults = bad(look(run, code=1))["berkas"]
    assert len(faults) == 2
    assert any(gone[:8] in text and "tidak ada" in text for text in faults)
    assert any(short[:8] in text and "berukuran 1" in text for text in faults)
    faults = bad(look(run, "--deep", code=1))["berkas"]
    assert len(faults) == 3
    assert any(changed[:8] in text and "telah berubah" in text for text in faults)


def test_old_contents_without_a_row_and_late_uploads_are_told_but_no_fault(
    run: Run, made: Path
) -> None:
    token = upload(made)
    (made / "files" / token[:2] / token).unlink()
    change(made, "UPDATE doc_file SET kept_until = '2020-01-01 00:00:00.000000'")
    folder = made / "files" / "aa"
    folder.mkdir(parents=True)
    for name in ("aaold", "aanew"):
        (folder / name).write_bytes(b"x")
    os.utime(folder / "aaold", (LONG_AGO, LONG_AGO))
    texts = [text for text, good in look(run)["berkas"] if good is None]
    assert texts == [
        "1 isi tanpa pemilik; akan dibersihkan sendiri",
        "1 unggahan lewat waktu sudah tanpa isi",
    ]


def test_gaps_in_a_register_are_found(run: Run, made: Path) -> None:
    register = "INSERT INTO doc_register (id, key, year, pattern, next_seq)"
    change(made, f"{register} VALUES (1, 'case.X', 2026, '{{seq}}', 4)")
    for seq in (1, 3):
        change(
            made,
            "INSERT INTO doc_register_entry (register_id, seq, number, day, subject, status,"
            f" reason, issued_at) VALUES (1, {seq}, 'X-{seq}', '2026-01-01', 'x', 'issued', '',"
            " '2026-01-01 00:00:00.000000')",
        )
    assert bad(look(run, code=1)) == {"register": ["case.X 2026: nomor 2 tidak ada"]}
    change(made, "UPDATE doc_register SET next_seq = 9")
    change(made, "UPDATE doc_register_entry SET seq = 2 WHERE seq = 3")
    assert bad(look(run, code=1)) == {"register": ["case.X 2026: nomor terakhir 2, berikutnya 9"]}


def test_jobs_that_nobody_does_are_found(run: Run, made: Path) -> None:
    add_job(made, "queued", clock.now())
    add_job(made, "failed", clock.now() - timedelta(days=2))
    lines = look(run)
    assert ("1 menunggu, tidak ada yang macet", True) in lines["pekerjaan"]
    assert ("1 gagal untuk seterusnya; lihat /sistem/pekerjaan", None) in lines["pekerjaan"]
    for state in ("queued", "running"):
        add_job(made, state, clock.now() - timedelta(minutes=11))
    (fault,) = bad(look(run, code=1))["pekerjaan"]
    assert fault.startswith("2 menunggu lebih dari 10 menit")


def test_a_store_that_says_something_else_is_found(run: Run, made: Path) -> None:
    settings = load_settings({"PORTAL_INSTANCE": str(made)})
    frozen = sample_frozen(sample_document())
    (entry,) = write(settings.publications, "http://publik.test", [frozen], clock.now())
    (fault,) = bad(look(run, code=1))["terbitan"]
    assert fault == f"/{entry.folder}/ ada di tempat terbitan, tetapi tidak di basis data"
    (made / "publications" / entry.folder / "dokumen.pdf").write_bytes(b"x")
    assert len(bad(look(run, code=1))["terbitan"]) == 2
    ledger = made / "publications" / "ledger" / "2026.jsonl"
    ledger.write_text("not JSON\n", encoding="utf-8")
    (fault,) = bad(look(run, code=1))["terbitan"]
    assert "baris 1" in fault


def test_only_the_newest_of_the_log_are_looked_at_unless_it_is_deep(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert run("backup", str(made.parent / "copy")).exit_code == 0
        shutil.rmtree(made.parent / "copy")
    monkeypatch.setattr(check_data, "NEWEST", 2)
    ((text, good),) = look(run)["catatan"]
    assert good
    assert text.startswith("2 entri terbaru utuh (--deep")
    change(made, "DROP TRIGGER audit_event_no_update")
    change(made, "UPDATE audit_event SET actor = 'orang lain' WHERE chain = 'accounts'")
    assert bad(look(run)) == {}
    assert "catatan" in bad(look(run, "--deep", code=1))
    change(made, "UPDATE audit_event SET actor = 'orang lain' WHERE seq = 3")
    assert bad(look(run, code=1))["catatan"] == ["system entri 3: isi entri telah berubah"]
    change(made, "DROP TRIGGER audit_event_no_delete")
    change(made, "DELETE FROM audit_event WHERE chain = 'system' AND seq = 2")
    assert "entri 2 hilang" in bad(look(run, "--deep", code=1))["catatan"][-1]


def test_room_and_the_age_of_the_backup_are_told(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", str(made.parent / "copy")).exit_code == 0
    ((text, good),) = look(run)["cadangan"]
    assert good
    assert "(0 hari lalu)" in text
    with clock.frozen(clock.now() + timedelta(days=9)):
        ((text, good),) = look(run)["cadangan"]
    assert good is None
    assert "(9 hari lalu)" in text
    usage = namedtuple("usage", "total used free")  # as shutil has it
    for free, expected in ((500 * 1024**2, None), (1024**2, False)):
        monkeypatch.setattr(shutil, "disk_usage", lambda folder, free=free: usage(1, 1, free))
        lines = look(run, code=0 if expected is None else 1)
        assert [good for _text, good in lines["ruang disk"]] == [expected]


def test_a_broken_reference_is_found_by_a_deep_check(run: Run, made: Path) -> None:
    assert rows(made, "PRAGMA foreign_keys") == [(0,)]
    change(made, "DELETE FROM org_person")
    assert bad(look(run)) == {}
    assert "berkas basis data" in bad(look(run, "--deep", code=1))
