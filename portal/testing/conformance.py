"""The conformance suite: derive a class from ``PluginConformance`` and name the plugin.

    class TestConformance(PluginConformance):
        plugin = "performance_agreement"

The tests hold the plugin to what every plugin promises; each check is shown to be able
to fail by a bad sample in the portal's own suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings
    from portal.plugins.discovery import Candidate, EntryPoints

# As in the pytest plugin, the portal is imported when a test needs it, not before.


class PluginConformance:
    """Tests of one plugin, on SQLite, with no other plugin loaded."""

    plugin = ""

    def entry_points(self) -> EntryPoints:
        """Where the plugin is looked for: among what is installed."""
        from portal.plugins.discovery import installed

        return installed

    @pytest.fixture
    def conforming(self, bare_settings: Settings) -> Settings:
        """Settings of an instance that loads this plugin only, strictly."""
        url = f"sqlite:///{bare_settings.instance / 'conformance.db'}"
        return replace(bare_settings, plugins=(self.plugin,), database_url=url, strict=True)

    @pytest.fixture
    def candidate(self, conforming: Settings) -> Candidate:
        """The plugin with its manifest."""
        from portal.plugins.discovery import load_all

        found, refused = load_all(conforming, self.entry_points())
        assert not refused, f"{refused[0].reason} {refused[0].detail}"
        return found[0]

    @pytest.fixture
    def empty(self, conforming: Settings) -> Iterator[Flask]:
        """An app whose database has the core's tables only."""
        from flask import Flask

        from portal.app import init_database
        from portal.db import db
        from portal.migrate import CORE, create_all

        app = Flask("portal")
        app.config.update(PORTAL=conforming, SQLALCHEMY_DATABASE_URI=conforming.database_url)
        init_database(app)
        with app.app_context():
            create_all(db.engine, [CORE])
            yield app
            db.engine.dispose()

    @pytest.fixture
    def attached(self, empty: Flask, conforming: Settings, candidate: Candidate) -> Iterator[Flask]:
        """The portal with the plugin, its migrations run."""
        from portal.app import create_app
        from portal.db import db
        from portal.migrate import upgrade

        if candidate.owner is not None:
            upgrade(db.engine, candidate.owner)
        app = create_app(conforming, entry_points=self.entry_points())
        yield app
        with app.app_context():
            db.engine.dispose()

    def test_loading_has_no_side_effects(self, candidate: Candidate) -> None:
        """Importing the plugin and reading its manifest writes, connects and starts nothing."""
        from portal.testing.conformance_checks import side_effects

        assert side_effects(candidate.package) == []

    def test_the_host_accepts_the_plugin(self, attached: Flask) -> None:
        """Standard, names, hooks, blueprints and migrations pass the host's own checks."""
        host = attached.extensions["portal_host"]
        assert host.quarantined() == []
        assert host.active(self.plugin)

    def test_workflows_are_sound(self, candidate: Candidate) -> None:
        """Unique ids, a reachable end, every outcome routed, every return target legal."""
        from portal.workflow.soundness import check

        assert [fault for each in candidate.manifest.workflows for fault in check(each)] == []

    def test_the_workflows_are_what_the_standard_prints(self, candidate: Candidate) -> None:
        """Every printed step, official and limit; whatever is not printed is marked added."""
        from portal.plugins.preflight import standard_of
        from portal.workflow.printed import disagreements

        standard = standard_of(candidate)
        if standard is not None:
            assert disagreements(standard, candidate.manifest.workflows) == []

    def test_names_are_the_plugins_own(self, candidate: Candidate) -> None:
        """Tables, templates and routes lie under the plugin's names."""
        from portal.testing.conformance_checks import stray_names

        assert stray_names(candidate) == []

    def test_anonymous_visitors_are_not_let_in(self, attached: Flask, candidate: Candidate) -> None:
        """Every route sends a visitor without a session to the log-in, or refuses."""
        from portal.testing.conformance_checks import open_doors

        assert open_doors(attached, candidate) == []

    def test_only_the_public_interface_is_imported(self, candidate: Candidate) -> None:
        """Of the portal, ``portal.api`` and ``portal.testing`` only; of other plugins nothing."""
        from portal.testing.conformance_checks import closed_imports

        assert closed_imports(candidate) == []

    def test_migrations_equal_the_models(self, empty: Flask, candidate: Candidate) -> None:
        """The migrations make the models' tables, undo them, and make them again."""
        from portal.db import db
        from portal.testing.conformance_checks import drift

        assert drift(db.engine, candidate) == []

    def test_there_is_a_readme(self, candidate: Candidate) -> None:
        """A README.md says what the plugin is for."""
        from portal.testing.conformance_checks import readme

        assert readme(candidate) == []
