"""The plugin host: what is attached, what is left out and why, and who is asked what."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import select, text

from portal.auth import rights
from portal.auth.rights import Actor, can, policy
from portal.complaints.facts import ComplaintFacts
from portal.db import db, transaction
from portal.errors import NotFound
from portal.events import CaseStarted
from portal.jobs.models import Job
from portal.jobs.runner import run_pending
from portal.org.models import Person, Position, Unit
from portal.plugins.discovery import owners
from portal.plugins.host import PluginError
from portal.workflow.models import Case
from portal.workflow.models import Task as CaseTask

from .conftest import Attach, points

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANYBODY = Actor(1, "Kepala Biro", "karo", False, ())
EVENT = CaseStarted(case_id=1, number="LKP-1", plugin="sample_full", workflow="x", start="ask")


def reasons(attach: Attach, *names: str, **changes: Any) -> dict[str, str]:
    """Keys of the quarantined samples with their reason and detail."""
    host = attach(*names, **changes)
    return {each.key: f"{each.reason} {each.detail}" for each in host.quarantined()}


# -- what is attached ----------------------------------------------------------------------


def test_a_plugin_of_data_is_attached(attach: Attach) -> None:
    host = attach("sample_data")
    assert [each.key for each in host.plugins()] == ["sample_data"]
    assert host.quarantined() == []
    (standard,) = host.standards()
    assert (standard.plugin, standard.slug) == ("sample_data", "sample-data")
    assert host.workflows()["sample_data"][0] == "sample_data"
    assert host.standard_title("sample_data") == "Contoh sample data"
    assert host.standard_title("gone") == ""


def test_every_field_of_the_manifest_arrives(attach: Attach, bare: Flask) -> None:
    host = attach("sample_full")
    assert host.quarantined() == []
    (plugin,) = host.plugins()
    assert plugin.title == "Contoh"
    assert [each.key for each in host.unit_sets()] == ["sample_full.units"]
    assert host.publications("sample_full") == {"note"}
    assert host.publications("gone") == frozenset()
    assert [str(item.label) for item in host.menu()] == ["Contoh"]
    assert dict(host.demo())["sample_full"]() == "cases"
    assert dict(host.bench())["sample_full"]() == "cases"
    assert "/layanan/sample-full/" in {rule.rule for rule in bare.url_map.iter_rules()}
    with bare.test_request_context():
        assert host.menu()[0].address == "/layanan/sample-full/"


def test_the_permissions_of_a_plugin_decide(attach: Attach, bare: Flask) -> None:
    attach("sample_full")
    with bare.app_context():
        assert not can(ANYBODY, "sample_full.read")
        assert not can(ANYBODY, "sample_full.unheard_of")


def test_behaviours_are_found_in_the_owning_plugin_only(attach: Attach, bare: Flask) -> None:
    host = attach("sample_full", "sample_data")
    assert host.effect("sample_full", "keep").__name__ == "keep"
    assert host.check("sample_full", "is-open")(None, {}, ANYBODY)  # type: ignore[arg-type]
    assert host.form("sample_full", "note").template == ""
    with bare.app_context():
        with pytest.raises(NotFound, match="sample_data tidak punya keep"):
            host.effect("sample_data", "keep")
        with pytest.raises(NotFound, match="tidak aktif"):
            host.effect("gone", "keep")


def test_a_gone_plugin_leaves_the_others(attach: Attach) -> None:
    host = attach("sample_full", "sample_data", plugins_off=("sample_full",))
    assert [each.key for each in host.plugins()] == ["sample_data"]
    assert host.quarantined() == []


def test_the_allow_list_names_what_is_loaded(attach: Attach) -> None:
    host = attach("sample_full", "sample_data", plugins=("sample_data", "sample_lost"))
    assert [each.key for each in host.plugins()] == ["sample_data"]
    (lost,) = host.quarantined()
    assert lost.key == "sample_lost"
    assert "tidak terpasang" in str(lost.reason)


def test_no_plugin_at_all(attach: Attach) -> None:
    host = attach()
    assert (host.plugins(), host.quarantined(), host.standards()) == ([], [], [])
    assert (host.slot("case.page", {}), host.menu(), host.workflows()) == ([], [], {})


# -- what is left out ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ("sample_import", "No module named 'sample_import.missing'"),
        ("sample_exit", "SystemExit: sample_exit"),
        ("sample_mapper", "Nowhere"),
        ("sample_prefix", "tables without the prefix prf_: stray"),
        ("sample_route", "the route /tugas does not lie below /layanan/sample-route/"),
        ("sample_wide", "for the whole portal"),
        ("sample_halfway", "RuntimeError: half-way"),
        ("sample_template", "the template layout.html does not lie in sample_template/"),
        ("sample_hook", "portal_evnt"),
        ("sample_unmarked", "portal_event is not marked with @hookimpl"),
        ("sample_api", "api=99"),
        ("sample_permission", "must begin with sample_permission.: system.accounts"),
        ("sample_key", "'another_key'"),
        ("sample_standard", "baris 1"),
        ("sample_workflow", "effect 'missing' is not in the manifest"),
        ("sample_workflow", "'0'"),
        ("Sample=sample_data", "Kunci plugin"),
        ("sample_data=nowhere_at_all", "No module named 'nowhere_at_all'"),
        ("os=os", "no function portal_plugin"),
    ],
)
def test_a_bad_plugin_is_quarantined_and_the_others_work(
    attach: Attach, bare: Flask, sample: str, reason: str
) -> None:
    host = attach("sample_full", sample)
    assert [each.key for each in host.plugins()] == ["sample_full"]
    (bad,) = host.quarantined()
    assert bad.key == sample.partition("=")[0]
    assert reason in f"{bad.reason} {bad.detail}"
    assert str(bad.advice)
    assert bare.test_client().get("/tugas").text == "core"
    with bare.app_context():
        assert db.session.scalar(select(Position.id).limit(1)) is None
        assert db.metadata.sorted_tables


@pytest.mark.parametrize("sample", ["sample_halfway", "sample_route", "sample_wide"])
def test_nothing_of_a_refused_blueprint_stays(attach: Attach, bare: Flask, sample: str) -> None:
    before = {str(rule) for rule in bare.url_map.iter_rules()}
    functions = dict(bare.before_request_funcs)
    attach(sample)
    assert {str(rule) for rule in bare.url_map.iter_rules()} == before
    assert bare.blueprints == {}
    assert bare.before_request_funcs == functions


def test_a_pending_migration_is_said_and_gone_after_the_upgrade(attach: Attach) -> None:
    host = attach("sample_full", "sample_data", upgrade=False)
    assert [each.key for each in host.plugins()] == ["sample_data"]
    (behind,) = host.quarantined()
    assert "portal db upgrade" in str(behind.reason)
    assert "smp_0001" in behind.detail


def test_pending_migrations_do_not_raise_in_strict_mode(attach: Attach) -> None:
    host = attach("sample_full", upgrade=False, strict=True)
    assert [each.key for each in host.quarantined()] == ["sample_full"]


def test_duplicate_keys_are_both_refused(attach: Attach) -> None:
    found = reasons(attach, "sample_data", "sample_data=sample_full", "sample_full")
    assert list(found) == ["sample_data"]
    assert "sample_data, sample_full" in found["sample_data"]


def test_the_same_entry_point_twice_is_one_plugin(attach: Attach) -> None:
    assert reasons(attach, "sample_data", "sample_data") == {}


def test_two_plugins_with_one_workflow_key(attach: Attach, monkeypatch: pytest.MonkeyPatch) -> None:
    import sample_data
    import sample_full

    monkeypatch.setattr(sample_full, "PROCEDURE", sample_data.ANSWER)
    found = reasons(attach, "sample_data", "sample_full")
    assert found["sample_full"].endswith("sample_data has case number CTH, workflow sample_data")


def test_strict_mode_raises_what_is_otherwise_quarantined(attach: Attach) -> None:
    with pytest.raises(PluginError, match="sample_api"):
        attach("sample_api", strict=True)


def test_owners_are_those_whose_models_hold(bare: Flask, attach: Attach) -> None:
    provider = points("sample_full", "sample_data", "sample_mapper", "sample_import")
    assert [owner.key for owner in owners(bare.config["PORTAL"], provider)] == ["sample_full"]


def test_a_database_that_does_not_answer_keeps_no_plugin_away(
    attach: Attach, bare: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from portal import migrate

    def down(*_args: object) -> list[str]:
        raise OperationalError("SELECT", {}, Exception("down"))

    monkeypatch.setattr(migrate, "pending", down)
    assert [each.key for each in attach("sample_full").plugins()] == ["sample_full"]


# -- hooks ---------------------------------------------------------------------------------


@pytest.fixture
def _forbidden() -> Any:
    policy("test.forbidden")(rights_anybody)
    policy("test.allowed")(rights_anybody)
    yield
    for action in ("test.forbidden", "test.allowed"):
        rights._policies.pop(action)


def rights_anybody(actor: Actor, obj: object | None) -> bool:
    """A policy that allows everybody."""
    return True


@pytest.mark.usefixtures("_forbidden")
def test_one_veto_forbids(attach: Attach, bare: Flask) -> None:
    attach("sample_full")
    with bare.app_context():
        assert can(ANYBODY, "test.allowed")
        assert not can(ANYBODY, "test.forbidden")


@pytest.mark.usefixtures("_forbidden")
def test_a_veto_that_raises_denies(attach: Attach, bare: Flask) -> None:
    attach("sample_raises")
    with bare.app_context():
        assert not can(ANYBODY, "test.allowed")


def test_the_first_answer_assigns_and_one_that_raises_is_passed_over(
    attach: Attach, bare: Flask
) -> None:
    host = attach("sample_full", "sample_a=sample_raises", "sample_raises")
    with bare.app_context():
        position = Position(code="p", title="p")
        task = CaseTask()
        assert host.assign(Case(data={"positions": [position]}), task) == [position]
        assert host.assign(Case(data={}), task) is None
        assert host.assign(Case(data={"positions": [17]}), task) is None


def test_the_first_answer_routes_a_complaint_and_one_that_raises_is_passed_over(
    attach: Attach, bare: Flask
) -> None:
    host = attach("sample_full", "sample_a=sample_raises", "sample_raises")
    (full,) = [each for each in host.plugins() if each.key == "sample_full"]
    routes = import_module(full.manifest.jobs["sample_full.tidy"].__module__).routes
    with bare.app_context():
        position = Position(code="p", title="p")
        routes.update({"one": position, "wrong": 17})
        found = [
            host.route_complaint(db.session(), ComplaintFacts("keluhan", key, "", ""))
            for key in ("one", "wrong", "")
        ]
        routes.clear()
        assert found == [position, None, None]


def test_slots_are_filled_in_order_and_text_is_escaped(attach: Attach, bare: Flask) -> None:
    host = attach("sample_full", "sample_raises")
    with bare.app_context():
        context = {"session": db.session()}
        assert host.slot("standard.page", context) == [Markup("<p>Contoh</p>")]
        assert host.slot("case.page", context) == [Markup("&lt;b&gt;")]
        assert db.session.scalar(text("SELECT 1")) == 1
    with pytest.raises(LookupError):
        host.slot("no.such.place", {})


def test_strict_mode_lets_a_raising_hook_through(attach: Attach, bare: Flask) -> None:
    host = attach("sample_full", strict=True)
    with bare.app_context(), pytest.raises(TypeError, match="positions"):
        host.assign(Case(data={"positions": [17]}), CaseTask())


def test_an_event_is_heard_after_the_commit_only(attach: Attach, bare: Flask) -> None:
    import sample_full

    sample_full.heard.clear()
    host = attach("sample_full", "sample_data")
    with bare.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as session:
            host.event(session, EVENT)
            raise ZeroDivisionError
        with transaction() as session:
            host.event(session, EVENT)
    assert sample_full.heard == []
    assert run_pending(bare) == 1
    assert sample_full.heard == [EVENT]


def test_an_event_that_one_plugin_refuses_reaches_the_others_once(
    attach: Attach, bare: Flask
) -> None:
    import sample_full

    sample_full.heard.clear()
    host = attach("sample_full", "sample_raises")
    with bare.app_context(), transaction() as session:
        host.event(session, EVENT)
    assert run_pending(bare) == 2
    assert sample_full.heard == [EVENT]
    with bare.app_context():
        errors = dict(db.session.execute(select(Job.state, Job.last_error)).all())
    assert errors == {"done": "", "queued": "RuntimeError: event"}


def test_core_rows_are_not_touched_by_a_bad_mapper(attach: Attach, bare: Flask) -> None:
    attach("sample_mapper")
    with bare.app_context():
        assert db.session.scalars(select(Person)).all() == []
        assert db.session.scalars(select(Unit)).all() == []
