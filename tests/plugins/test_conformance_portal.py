"""The checks of the conformance kit that need a portal or rows: each can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.app import create_app, init_database
from portal.config import Settings
from portal.db import db, transaction
from portal.migrate import CORE, create_all, upgrade
from portal.plugins.discovery import Candidate, load
from portal.testing import conformance_checks as checks
from portal.testing import conformance_portal as portal
from portal.testing import conformance_rows as rows
from portal.testing.conformance_played import copied, dispose, play

from .conftest import points

Open = Callable[..., Flask]


def candidate(name: str) -> Candidate:
    """A sample with its manifest."""
    return load(name, list(points(name)()))


@pytest.fixture
def opened(bare_settings: Settings, tmp_path: Path) -> Iterator[Open]:
    """``opened("sample_full")``: the portal with that sample and its cases."""
    made: list[Flask] = []

    def make(name: str, **changes: object) -> Flask:
        settings = replace(bare_settings, plugins=(name,))
        played = play(tmp_path / "played", settings, points(name))
        settings = replace(copied(played, settings), **changes)  # type: ignore[arg-type]
        made.append(create_app(settings, entry_points=points(name)))
        return made[-1]

    yield make
    for app in made:
        dispose(app)


@pytest.fixture
def empty(bare_settings: Settings) -> Iterator[Flask]:
    """A database with the core's tables only."""
    app = Flask("portal")
    url = f"sqlite:///{bare_settings.instance / 'rows.db'}"
    app.config.update(PORTAL=replace(bare_settings, database_url=url), SQLALCHEMY_DATABASE_URI=url)
    init_database(app)
    with app.app_context():
        create_all(db.engine, [CORE])
        yield app
        db.engine.dispose()


def test_parts_of_a_page_that_ask_too_much_are_seen(opened: Open) -> None:
    found = portal.heavy_parts(opened("sample_slots"), candidate("sample_slots"))
    assert found == [
        "slot case.page takes 5 statements, 3 are allowed",
        "the badge of Contoh takes 4 statements, 3 are allowed",
    ]


def test_a_slot_that_does_not_escape_is_seen(opened: Open) -> None:
    found = portal.unescaped(opened("sample_slots"), candidate("sample_slots"))
    assert found == ["slot case.page does not escape what it shows"]


def test_a_form_without_its_token_is_seen(opened: Open) -> None:
    app = opened("sample_tokenless")
    assert portal.unprotected_posts(app, candidate("sample_tokenless")) == [
        "POST /layanan/sample-tokenless/ without a token answers 200"
    ]


def test_an_act_without_the_right_is_seen(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app, sample = opened("sample_full"), candidate("sample_full")
    assert portal.open_acts(app, sample) == []
    monkeypatch.setattr(portal, "OUTSIDER", "karo-tu")  # who has the right, for once
    found = portal.open_acts(app, sample)
    assert any(each.startswith("GET /kasus/LKP-") and each.endswith("200") for each in found)


def test_what_is_published_but_not_declared_is_seen(opened: Open) -> None:
    app = opened("sample_full")
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "INSERT INTO publication (kind, path, version, year, unit_code, unit_name, title,"
                " number, digest, canonical, html, pdf, pdf_sha256, pdf_size, note, plugin,"
                " finalized_at, finalized_by, status, requested_by)"
                " VALUES ('secret', 'x', 1, 2026, 'x', 'x', 'x', 'x', 'x', '{}', '', x'00', 'x', 1,"
                " '', '', '2026-01-01 00:00:00', 'x', 'finalized', '')"
            )
        )
    assert portal.undeclared_publications(app, candidate("sample_full")) == [
        "names note, but no sample publishes it",
        "publishes secret, which the manifest does not name",
    ]


def test_cases_that_break_without_their_plugin_are_seen(opened: Open) -> None:
    app = opened("sample_full", strict=False)
    without = create_app(replace(app.config["PORTAL"], plugins=()))
    try:
        assert portal.unreadable_cases(without) == []
        with without.app_context(), transaction() as session:
            session.execute(text("UPDATE wf_task SET status = 'lain'"))
        assert any("/kasus/LKP-" in each for each in portal.unreadable_cases(without))
    finally:
        dispose(without)


def test_a_revision_that_does_not_run_over_rows_is_seen(empty: Flask) -> None:
    (found,) = rows.lost_in_migrations(db.engine, candidate("sample_rigid"))
    assert found.startswith("revision 2 does not run over rows: ")


def test_what_stops_a_rebuild_of_the_core_is_seen(empty: Flask) -> None:
    sample = candidate("sample_view")
    assert sample.owner is not None
    upgrade(db.engine, sample.owner)
    (found,) = rows.lost_in_rebuild(db.engine, sample)
    assert found.startswith("a table of the core cannot be rebuilt: ")


def test_words_outside_the_catalogue_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "templates" / "sample_data" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>{{ _('Baik') }}</h1>\n<p title='x'>Tersesat</p>\n", encoding="utf-8")
    sample = replace(candidate("sample_data"), folder=tmp_path)
    assert checks.untranslated(sample) == ["page.html:2 says 'Tersesat' without _()"]
