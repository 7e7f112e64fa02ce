"""Exports into releases: incremental, repeatable, and whole after a kill at any step."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import flask_frozen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import Conflict
from portal.publishing.export import export
from portal.publishing.releases import KEEP, ExportError, Releases
from portal.testing.documents import PUBLISHED, fill_store, sample_document, sample_frozen
from site_static.schema import Document, Level

UNITS = {"ksn": "Kementerian Sekretariat Negara", "setpres": "Sekretariat Presiden"}


def document(unit: str = "setpres", year: int = 2026, version: int = 1) -> Document:
    level = Level.MINISTRY if unit == "ksn" else Level.ECHELON_1
    return sample_document(unit, UNITS.get(unit, unit), year, level=level, version=version)


def files(folder: Path) -> dict[str, bytes]:
    root = folder.resolve()
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "publications"
    fill_store(folder, document("ksn"), document("setpres"), document("setpres", 2025))
    return folder


# -- releases ------------------------------------------------------------------------------


def test_the_overridden_parts_of_frozen_flask_are_of_this_version() -> None:
    assert flask_frozen.VERSION == "1.0.2"


def test_nothing_changed_writes_nothing(store: Path, tmp_path: Path) -> None:
    first = export(store, tmp_path / "public")
    again = export(store, tmp_path / "public")
    assert first.release == "000001"
    assert (again.release, again.written, again.kept) == (None, (), first.total)


def test_one_new_document_writes_its_files_and_the_lists_that_name_it(
    store: Path, tmp_path: Path
) -> None:
    export(store, tmp_path / "public")
    fill_store(store, document("setmil"), at=PUBLISHED + timedelta(days=1))
    planned = export(store, tmp_path / "public", plan=True)
    done = export(store, tmp_path / "public")
    assert planned.written == done.written
    assert {url for url in done.written if "setmil" not in url} == {
        "/",
        "/data/",
        "/data/index.json",
        "/pk/2026/",
    }
    untouched = "pk/2025/index.html"
    releases = tmp_path / "public.releases"
    assert (releases / "000001" / untouched).samefile(releases / "000002" / untouched)


def test_a_plan_touches_nothing(store: Path, tmp_path: Path) -> None:
    result = export(store, tmp_path / "public", plan=True)
    assert "/pk/2026/ksn/" in result.written
    assert {path.name for path in tmp_path.iterdir()} == {"publications"}


STEPS = st.lists(
    st.tuples(st.sampled_from(["ksn", "setpres", "setmil"]), st.sampled_from([2025, 2026])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_incremental_and_full_exports_are_byte_identical(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    versions: dict[tuple[str, int], int] = {}
    for turn, step in enumerate(steps):
        versions[step] = versions.get(step, 0) + 1
        row = sample_frozen(
            document(*step, version=versions[step]), note=f"Catatan {turn}", pdf=b"pdf"
        )
        fill_store(folder / "store", row, at=PUBLISHED + timedelta(days=turn))
        export(folder / "store", folder / "public")
    export(folder / "store", folder / "full", full=True)
    export(folder / "store", folder / "full", full=True)
    assert files(folder / "public") == files(folder / "full")


def test_rollback_goes_back_one_release_and_keeps_the_last_five(
    store: Path, tmp_path: Path
) -> None:
    output = tmp_path / "public"
    for _ in range(KEEP + 2):
        export(store, output, full=True)
    releases = Releases(output)
    assert releases.numbers() == [f"{n:06d}" for n in range(3, 8)]
    with releases.writing():
        assert releases.rollback() == "000006"
    assert releases.current == "000006"
    assert (output / "index.html").exists()
    assert export(store, output, full=True).release == "000008"


def test_without_an_older_release_there_is_nothing_to_go_back_to(
    store: Path, tmp_path: Path
) -> None:
    export(store, tmp_path / "public")
    with pytest.raises(ExportError, match="lebih lama"):
        Releases(tmp_path / "public").rollback()


def test_a_folder_that_is_not_ours_is_refused(store: Path, tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    with pytest.raises(ExportError, match="bukan hasil ekspor"):
        export(store, tmp_path / "public")
    (tmp_path / "other").symlink_to(tmp_path)
    with pytest.raises(ExportError, match="folder lain"):
        export(store, tmp_path / "other")
    (tmp_path / "third.releases").mkdir()
    with pytest.raises(ExportError, match="bukan milik portal"):
        export(store, tmp_path / "third")


def test_a_second_export_to_the_same_folder_is_refused(store: Path, tmp_path: Path) -> None:
    with Releases(tmp_path / "public").writing(), pytest.raises(Conflict, match="sedang berjalan"):
        export(store, tmp_path / "public")


def test_a_changed_file_in_the_store_is_noticed(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "public")
    (store / "pk/2026/setpres/v1/dokumen.pdf").write_bytes(b"lain")
    with pytest.raises(ExportError, match="sidik jari"):
        export(store, tmp_path / "public", full=True)
    assert Releases(tmp_path / "public").current == "000001"


def test_a_full_disk_leaves_the_live_site_whole(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(store, tmp_path / "public")
    before = files(tmp_path / "public")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("portal.publishing.releases.write_file", full)
    with pytest.raises(ExportError, match="Situs lama utuh"):
        export(store, tmp_path / "public", full=True)
    assert files(tmp_path / "public") == before
    assert not list((tmp_path / "public.releases").glob(".new-*"))


KILLED = """
import os, signal, sys
from pathlib import Path
from portal.publishing import export as exporting, releases
left = int(sys.argv[3])
def count(*args):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def counted(function):
    def call(*args, **kwargs):
        count()
        return function(*args, **kwargs)
    return call
for module, name in ((releases, "write_file"), (releases, "sync_folder"), (os, "sync")):
    setattr(module, name, counted(getattr(module, name)))
for name in ("rename", "replace", "symlink_to", "unlink"):
    setattr(Path, name, counted(getattr(Path, name)))
exporting.export(Path(sys.argv[1]), Path(sys.argv[2]), full=True, progress=count)
print(left)
"""


def run_killed(store: Path, output: Path, after: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(store), str(output), str(after)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})


def test_a_kill_at_any_step_leaves_a_complete_site(store: Path, tmp_path: Path) -> None:
    output = tmp_path / "public"
    export(store, output)
    old = files(output)
    fill_store(store, document("setmil"))
    export(store, tmp_path / "expected")
    new = files(tmp_path / "expected")
    counted = run_killed(store, tmp_path / "counting", 10_000)
    steps = 10_000 - int(counted.stdout)
    for after in (1, steps // 2, *range(steps - 7, steps + 1)):
        killed = run_killed(store, output, after)
        assert killed.returncode == -9, killed.stderr
        assert files(output) in (old, new), after
    export(store, output, full=True)
    assert files(output) == new
