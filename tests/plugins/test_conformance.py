"""The conformance kit: the good samples pass it, and every check can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.db import db
from portal.plugins import preflight, scaffold
from portal.plugins.discovery import Candidate, EntryPoints, load
from portal.testing import conformance_checks as checks
from portal.testing.conformance import PluginConformance
from portal.workflow import soundness
from portal.workflow.printed import disagreements

from .conftest import points


class TestData(PluginConformance):
    plugin = "sample_data"

    def entry_points(self) -> EntryPoints:
        return points(self.plugin)


class TestFull(TestData):
    plugin = "sample_full"


class TestScaffold(PluginConformance):
    """What ``portal plugin new`` writes conforms as it stands."""

    plugin = "sample_scaffold"

    @pytest.fixture(autouse=True)
    def _made(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.syspath_prepend(str(scaffold.make(self.plugin, tmp_path)))
        yield
        forget("portal_sample_scaffold")

    def entry_points(self) -> EntryPoints:
        return points("sample_scaffold=portal_sample_scaffold")


def forget(package: str) -> None:
    """Let the next test import another package of that name."""
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def candidate(name: str) -> Candidate:
    """A sample with its manifest."""
    return load(name, list(points(name)()))


@pytest.fixture
def empty(bare_settings: Settings) -> Iterator[Flask]:
    """A database with the core's tables only."""
    from portal.app import init_database
    from portal.migrate import CORE, create_all

    app = Flask("portal")
    url = f"sqlite:///{bare_settings.instance / 'drift.db'}"
    app.config.update(PORTAL=replace(bare_settings, database_url=url), SQLALCHEMY_DATABASE_URI=url)
    init_database(app)
    with app.app_context():
        create_all(db.engine, [CORE])
        yield app
        db.engine.dispose()


# -- each check can fail ---------------------------------------------------------------------


def test_side_effects_are_seen() -> None:
    found = checks.side_effects("sample_noise")
    assert "opens /dev/null for writing" in found
    assert "starts a thread" in found
    assert "prints 'noise'" in found


def test_a_plugin_that_cannot_be_imported_alone_is_seen() -> None:
    (found,) = checks.side_effects("sample_import")
    assert "sample_import.missing" in found


def test_an_unsound_workflow_is_seen() -> None:
    (workflow,) = candidate("sample_workflow").manifest.workflows
    assert soundness.check(workflow)


def test_a_step_that_the_standard_does_not_print_is_seen() -> None:
    sample = candidate("sample_workflow")
    (found,) = disagreements(preflight.standard_of(sample), sample.manifest.workflows)
    assert "Langkah 1" in found


def test_a_stolen_route_is_seen() -> None:
    assert checks.stray_names(candidate("sample_route")) == [
        "route /tugas does not lie below /layanan/sample-route/"
    ]


def test_a_stray_template_is_seen() -> None:
    assert checks.stray_names(candidate("sample_template")) == [
        "template layout.html does not lie in sample_template/"
    ]


def test_a_closed_import_is_seen() -> None:
    assert checks.closed_imports(candidate("sample_private")) == [
        "__init__.py:6 imports portal.org.models"
    ]


def test_a_missing_readme_is_seen() -> None:
    assert checks.readme(candidate("sample_key")) == ["there is no README.md"]


def test_drift_is_seen(empty: Flask) -> None:
    with empty.app_context():
        found = checks.drift(db.engine, candidate("sample_drift"))
    assert any("forgotten" in row for row in found)
    assert "table drf_row is still there after the downgrade" in found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_open_door_is_seen(settings: Settings) -> None:
    app = create_app(replace(settings, plugins=None), entry_points=points("sample_open"))
    assert checks.open_doors(app, candidate("sample_open")) == [
        "GET /layanan/sample-open/<int:number> answers 200"
    ]
