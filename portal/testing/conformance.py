"""The conformance suite: derive a class from ``PluginConformance`` and name the plugin.

    class TestConformance(PluginConformance):
        plugin = "performance_agreement"

The tests hold the plugin to what every plugin promises; each check is shown to be able
to fail by a bad sample in the portal's own suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings
    from portal.plugins.discovery import Candidate, EntryPoints

# As in the pytest plugin, the portal is imported when a test needs it, not before.


_PLAYED: dict[tuple[str, str], Path] = {}
"""Instances with the sample cases of plugins, by key and package."""


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

    @pytest.fixture
    def played(
        self, conforming: Settings, candidate: Candidate, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Flask]:
        """The portal with the plugin, the shipped organisation and the plugin's sample cases.

        Played once per process; each test has a copy, with nothing that others changed.
        """
        from portal.app import create_app
        from portal.testing.conformance_played import copied, dispose, play

        key = (self.plugin, candidate.package)
        if key not in _PLAYED:
            _PLAYED[key] = play(
                tmp_path_factory.mktemp("played") / "instance", conforming, self.entry_points()
            )
        settings = copied(_PLAYED[key], conforming)
        app = create_app(settings, entry_points=self.entry_points())
        yield app
        dispose(app)

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

    def test_templates_speak_through_the_catalogue(self, candidate: Candidate) -> None:
        """Whatever a template says stands in ``_('…')``, so that it can be translated."""
        from portal.testing.conformance_checks import untranslated

        assert untranslated(candidate) == []

    def test_migrations_run_over_rows(self, empty: Flask, candidate: Candidate) -> None:
        """Every revision runs up, down and up again while the tables hold rows."""
        from portal.db import db
        from portal.testing.conformance_rows import lost_in_migrations

        assert lost_in_migrations(db.engine, candidate) == []

    def test_rows_survive_a_rebuilt_core(self, attached: Flask, candidate: Candidate) -> None:
        """The plugin's rows are the same after the core's tables were copied into new ones."""
        from portal.db import db
        from portal.testing.conformance_rows import lost_in_rebuild

        with attached.app_context():
            assert lost_in_rebuild(db.engine, candidate) == []

    def test_slots_and_menu_are_cheap(self, played: Flask, candidate: Candidate) -> None:
        """A slot, and a badge of the menu, takes three statements at most."""
        from portal.testing.conformance_portal import heavy_parts

        assert heavy_parts(played, candidate) == []

    def test_slots_are_escaped(self, played: Flask, candidate: Candidate) -> None:
        """What people have typed reaches no page as it stands."""
        from portal.testing.conformance_portal import unescaped

        assert unescaped(played, candidate) == []

    def test_forms_need_their_token(self, played: Flask, candidate: Candidate) -> None:
        """No route of the plugin changes anything for a form without its token."""
        from portal.testing.conformance_portal import unprotected_posts

        assert unprotected_posts(played, candidate) == []

    def test_nobody_acts_without_the_right(self, played: Flask, candidate: Candidate) -> None:
        """Starts of a role and open tasks are closed to whoever holds no position."""
        from portal.testing.conformance_portal import open_acts

        assert open_acts(played, candidate) == []

    def test_what_is_published_is_declared(self, played: Flask, candidate: Candidate) -> None:
        """The samples publish the kinds that the manifest names, each of them, and no other."""
        from portal.testing.conformance_portal import undeclared_publications

        assert undeclared_publications(played, candidate) == []

    def test_cases_stay_readable_without_the_plugin(self, played: Flask) -> None:
        """With the plugin gone, the people of its cases open their lists and these cases."""
        from portal.app import create_app
        from portal.testing.conformance_played import dispose
        from portal.testing.conformance_portal import unreadable_cases

        settings = replace(played.config["PORTAL"], plugins=())
        without = create_app(settings)
        try:
            assert unreadable_cases(without) == []
        finally:
            dispose(without)
