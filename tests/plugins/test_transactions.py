"""What a plugin does to the database when it fails, on both databases."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from portal.db import db, transaction
from portal.events import CaseEnded
from portal.jobs.runner import run_pending

from .conftest import Attach

EVENT = CaseEnded(case_id=1, number="LKP-1", plugin="sample_full", workflow="x", status="done")


def test_a_failed_statement_in_a_hook_does_not_spoil_the_page(attach: Attach, bare: Flask) -> None:
    host = attach("sample_raises")
    with bare.app_context():
        assert host.slot("case.page", {"session": db.session()}) == []
        assert db.session.scalar(text("SELECT 1")) == 1


def test_what_the_act_wrote_before_a_hook_failed_is_kept(attach: Attach, bare: Flask) -> None:
    host = attach("sample_raises")
    with bare.app_context(), transaction() as session:
        host.event(session, EVENT)
        assert host.slot("case.page", {"session": session}) == []
    assert run_pending(bare) == 1


def test_migrations_of_a_plugin_run_on_this_database(attach: Attach, bare: Flask) -> None:
    assert attach("sample_full", upgrade=False).plugins() == []
    assert [each.key for each in attach("sample_full").plugins()] == ["sample_full"]
