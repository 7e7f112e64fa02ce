"""Vendored files are what VENDOR.json says, and the lock names no registry."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    ROOT / "portal" / "web" / "static" / "vendor",
    ROOT / "portal" / "testing" / "static",
)


def listing(folder: Path) -> list[dict[str, Any]]:
    """The entries of a folder's VENDOR.json."""
    files: list[dict[str, Any]] = json.loads((folder / "VENDOR.json").read_text("utf-8"))["files"]
    return files


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_has_the_size_and_hash_that_is_written_down(folder: Path) -> None:
    for entry in listing(folder):
        data = (folder / entry["path"]).read_bytes()
        assert len(data) == entry["bytes"], entry["path"]
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["path"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_lies_there_that_is_not_written_down(folder: Path) -> None:
    paths = [entry["path"] for entry in listing(folder)]
    assert paths == sorted(paths)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {*paths, "VENDOR.json"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_package_comes_with_its_licence(folder: Path) -> None:
    entries = listing(folder)
    packages = {entry["package"] for entry in entries}
    with_text = {entry["package"] for entry in entries if entry["kind"] == "licence"}
    assert with_text == packages
    assert all(entry["licence"] and entry["version"] for entry in entries)


def test_versions_are_exact_and_those_that_are_shipped() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(version[0].isdigit() for version in versions.values())
    shipped = {e["package"]: e["version"] for folder in FOLDERS for e in listing(folder)}
    assert shipped == versions


def test_the_lock_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text("utf-8")


def test_style_sheets_and_scripts_ask_for_no_other_host() -> None:
    for path in FOLDERS[0].rglob("*.css"):
        text = path.read_text("utf-8")
        assert "url(http" not in text
        assert "@import" not in text
        assert "sourceMappingURL" not in text
