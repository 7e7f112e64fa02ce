"""Plugins of installed distributions: found by their entry points, seen by the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.config import load_settings, make_instance
from portal.plugins.discovery import GROUP, installed, load_all

PLUGINS = ("sample_data", "sample_import")


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution ``portal-samples`` that brings a good plugin and a bad one."""
    info = tmp_path / "site" / "portal_samples-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-samples\nVersion: 1.2\n")
    lines = "".join(f"{key} = {key}\n" for key in PLUGINS)
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}")
    monkeypatch.syspath_prepend(str(info.parent))


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance that loads both plugins."""
    folder = tmp_path / "instance"
    make_instance(folder)
    monkeypatch.setenv("PORTAL_INSTANCE", str(folder))
    monkeypatch.setenv("PORTAL_PLUGINS", ",".join(PLUGINS))
    monkeypatch.delenv("PORTAL_STRICT", raising=False)
    return folder


def portal(*arguments: str) -> Result:
    from portal.cli import main

    return CliRunner().invoke(main, list(arguments), prog_name="portal")


@pytest.mark.usefixtures("distribution")
def test_a_distributions_plugins_are_found_with_their_source(instance: Path) -> None:
    assert set(PLUGINS) <= {point.name for point in installed()}
    found, refused = load_all(load_settings())
    assert [(each.key, each.source) for each in found] == [("sample_data", "portal-samples 1.2")]
    assert [(each.key, each.source) for each in refused] == [
        ("sample_import", "portal-samples 1.2")
    ]


@pytest.mark.usefixtures("distribution", "instance")
def test_the_list_names_active_and_quarantined_plugins() -> None:
    result = portal("plugin", "list")
    assert result.exit_code == 0
    good, bad = result.stdout.splitlines()
    assert good == "sample_data: aktif – Contoh sample data (portal-samples 1.2)"
    assert bad.startswith("sample_import: dikarantina – Plugin ini tidak dapat dimuat.")


@pytest.mark.usefixtures("distribution", "instance")
def test_the_list_as_json() -> None:
    rows = json.loads(portal("plugin", "list", "--json").stdout)
    assert [(row["key"], row["state"]) for row in rows] == [
        ("sample_data", "active"),
        ("sample_import", "quarantined"),
    ]
    assert "PORTAL_PLUGINS_OFF" in rows[1]["advice"]


@pytest.mark.usefixtures("distribution", "instance")
def test_check_says_whether_the_portal_takes_a_plugin() -> None:
    good = portal("plugin", "check", "sample_data")
    assert (good.exit_code, good.stdout) == (0, "Plugin sample_data dapat dipakai.\n")
    bad = portal("plugin", "check", "sample_import")
    assert bad.exit_code == 1
    assert "sample_import: Plugin ini tidak dapat dimuat. ModuleNotFoundError" in bad.stderr
    gone = portal("plugin", "check", "sample_gone")
    assert gone.exit_code == 1
    assert "tidak terpasang" in gone.stderr


@pytest.mark.usefixtures("instance")
def test_no_plugin_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PLUGINS_OFF", ",".join(PLUGINS))
    assert portal("plugin", "list").stdout == "Tidak ada plugin yang terpasang.\n"


@pytest.mark.usefixtures("distribution", "instance")
def test_strict_mode_stops_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_STRICT", "1")
    result = portal("plugin", "list")
    assert result.exit_code == 1
    assert result.stderr.startswith("Galat: sample_import: Plugin ini tidak dapat dimuat.")
    assert len(result.stderr.splitlines()) == 1


def test_new_writes_a_plugin_without_an_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "none"))
    result = portal("plugin", "new", "guest_visits", "--output", str(tmp_path))
    assert result.exit_code == 0, result.stderr
    folder = tmp_path / "portal-guest-visits"
    assert "key: guest_visits" in (folder / "portal_guest_visits/standard.md").read_text()
    assert "guest_visits = portal_guest_visits" in (folder / "setup.cfg").read_text()
    again = portal("plugin", "new", "guest_visits", "--output", str(tmp_path))
    assert again.exit_code == 1
    assert "sudah ada" in again.stderr


@pytest.mark.parametrize("name", ["Guest", "guest-visits", "1guest", "", "../guest"])
def test_new_refuses_what_is_no_key(name: str, tmp_path: Path) -> None:
    result = portal("plugin", "new", name, "--output", str(tmp_path))
    assert result.exit_code == 1
    assert "Nama plugin hanya boleh berisi" in result.stderr
    assert list(tmp_path.iterdir()) == []
