"""The demo's port: what is printed and written when it is served on another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import demo
from portal.commands.setup import upgrade_all
from portal.config import Settings, load_settings, make_instance
from portal.serve import open_engine


@pytest.fixture
def environ(instance: Path) -> dict[str, str]:
    """A demo instance for port 8000 without plugins and without anything finalized."""
    environ = {"PORTAL_INSTANCE": str(instance), "PORTAL_PLUGINS": ""}
    make_instance(instance)
    (instance / demo.MARK).write_text("sandi", encoding="utf-8")
    (instance / ".demo-selesai").touch()
    (instance / ".env").write_text("PORTAL_PUBLIC_URL=http://127.0.0.1:8000/situs\n", "utf-8")
    upgrade_all(load_settings(environ))
    return environ


def finalize(settings: Settings) -> None:
    """One document, as the table holds it."""
    engine = open_engine(settings)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO publication (kind, path, version, year, unit_code, unit_name, title,"
            " number, digest, canonical, html, pdf, pdf_sha256, pdf_size, note, plugin,"
            " finalized_at, finalized_by, status, requested_by)"
            " VALUES ('x', 'pk/2026/x', 1, 2026, 'x', 'x', 'x', 'x', 'x', '{}', '', x'00', 'x', 1,"
            " '', '', '2026-01-01', 'x', 'finalized', '')"
        )
    engine.dispose()


def test_another_port_takes_the_site_along_while_nothing_is_final(
    instance: Path, environ: dict[str, str]
) -> None:
    assert demo.prepare(instance, environ, 8010) is False
    settings = load_settings(environ)
    assert settings.public_url == "http://127.0.0.1:8010/situs"
    lines = demo.announcement(settings, "sandi", 8010, made=False)
    assert "http://127.0.0.1:8010/situs/" in lines
    assert "8000" not in lines


def test_a_final_document_keeps_its_port_and_this_is_said(
    instance: Path, environ: dict[str, str]
) -> None:
    finalize(load_settings(environ))
    demo.prepare(instance, environ, 8010)
    settings = load_settings(environ)
    assert settings.public_url == "http://127.0.0.1:8000/situs"
    lines = demo.announcement(settings, "sandi", 8010, made=False)
    assert "Situs publik : http://127.0.0.1:8010/situs/" in lines
    assert "mencantumkan http://127.0.0.1:8000/situs/" in lines
    assert "--port 8000" in lines
    assert "--port 8010 --reset" in lines
    assert "Perhatian" not in demo.announcement(settings, "sandi", 8000, made=False)
