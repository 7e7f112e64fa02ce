"""Plugins that carry out no standard, the kinds of events they hear of, and the frame's slot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.db import transaction
from portal.events import CaseEnded, CaseStarted
from portal.jobs.runner import run_pending
from portal.testing.client import PortalClient

from .conftest import Attach, points

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CASE = {"case_id": 1, "number": "LKP-1", "plugin": "sample_full", "workflow": "x"}
STARTED = CaseStarted(start="ask", **CASE)
ENDED = CaseEnded(status="done", **CASE)


def test_a_plugin_without_a_standard_is_attached_and_no_standard_is_listed(attach: Attach) -> None:
    host = attach("sample_plain", "sample_data")
    assert host.quarantined() == []
    assert [each.title for each in host.plugins()] == ["Contoh sample data", "sample_plain"]
    assert [each.plugin for each in host.standards()] == ["sample_data"]
    assert host.standard_title("sample_plain") == ""


def test_a_procedure_needs_a_standard(attach: Attach) -> None:
    (left_out,) = attach("sample_loose").quarantined()
    assert "tanpa standar" in str(left_out.reason)


def test_a_plugin_hears_of_the_kinds_that_it_names_only(attach: Attach, bare: Flask) -> None:
    import sample_full
    import sample_plain

    sample_full.heard.clear()
    sample_plain.heard.clear()
    host = attach("sample_full", "sample_plain")
    with bare.app_context(), transaction() as session:
        host.event(session, STARTED)
        host.event(session, ENDED)
    assert run_pending(bare) == 2
    assert sample_full.heard == [STARTED]
    assert sample_plain.heard == [ENDED]


@pytest.mark.usefixtures("world")
def test_the_bar_of_every_page_has_the_plugins_part(settings: Settings, session: Session) -> None:
    session.commit()
    app = create_app(replace(settings, plugins=None), entry_points=points("sample_plain"))
    app.test_client_class = PortalClient
    browser = app.test_client()
    assert "&lt;" not in browser.get("/masuk").get_data(as_text=True)
    browser.login("karo-otlak")  # type: ignore[attr-defined]  # Flask types its own class
    for page in ("/tugas", "/profil"):
        assert "&lt;Kepala Biro" in browser.get(page).get_data(as_text=True), page
    browser = app.test_client()
    browser.login("admin")  # type: ignore[attr-defined]  # as above
    text = browser.get("/sistem/plugin").get_data(as_text=True)
    assert "sample_plain" in text
    assert "/standar/sample-plain" not in text
