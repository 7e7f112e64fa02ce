"""One portal for all browser tests of a process: the demo's data behind a real server.

The clock stands still at :data:`NOW` while a test runs. Tests that change something play a
case of their own (:meth:`Stage.case`, :meth:`Stage.at`), so that they do not disturb each
other; what all of them only read is found by :meth:`Stage.place`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from plugins.performance_agreement.demo import Play, before
from plugins.performance_agreement.letters import REQUEST, proposed
from portal import clock
from portal.testing.world import PASSWORD

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09.00 WIB."""
SITE = "/situs"
PLUGIN = "performance_agreement"
PLUGINS = ("leadership_service", "notifications", PLUGIN)


@dataclass
class Stage:
    """The running portal; ``url`` has no slash at the end."""

    app: Flask
    url: str
    places: dict[str, str] = field(default_factory=dict)
    _years: Iterator[int] = field(default_factory=lambda: count(2040))
    _cookies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """Where the public site is."""
        return self.url + SITE

    def log_in(self, username: str, *, fresh: bool = False) -> list[dict[str, Any]]:
        """The cookies of a person who is logged in; ``fresh`` begins a session of its own."""
        if fresh or username not in self._cookies:
            client = self.app.test_client()
            with clock.frozen(NOW):  # also while a case is played at another time
                client.login(username)  # type: ignore[attr-defined]  # the portal's own client
            found = [
                {"name": name, "value": cookie.value, "url": self.url}
                for name in ("portal_sesi", "portal_orang")
                if (cookie := client.get_cookie(name, path="/")) is not None
            ]
            if fresh:
                return found
            self._cookies[username] = found
        return self._cookies[username]

    def year(self) -> int:
        """A year that no other case has."""
        return next(self._years)

    def case(self, play: Callable[[Play], object] | None = None, *, days: int = 1) -> Play:
        """A yearly case of its own, begun some weekdays ago and played as far as ``play``."""
        from portal.workflow.player import Player

        with clock.frozen(NOW), self.app.app_context():
            case = Play(Player(), before(NOW, days + 1), self.year())
            if play is not None:
                play(case)
        return case

    def task(self, number: str, step: str, *, status: str = "open") -> str:
        """The address of the latest task of a step."""
        from portal.workflow.models import Case, Task

        def find(session: Any) -> int:
            query = select(Task.id).join(Case, Case.id == Task.case_id)
            query = query.where(Case.number == number, Task.step == step, Task.status == status)
            return int(session.scalars(query.order_by(Task.id.desc())).first())

        return f"/kasus/{number}/tugas/{self.ask(find)}"

    def case_steps(self, number: str) -> list[str]:
        """What is open in a case and its lanes."""
        from portal.workflow.player import Player

        with self.app.app_context():
            return [step for _number, step in Player().open_steps(number)]

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """The answer of ``question(session)``."""
        from portal.db import reading, transaction

        with self.app.app_context(), reading(), transaction() as session:
            return question(session)

    def change(self, change: Callable[[Any], Any]) -> Any:
        """Do something in the database that no person could do."""
        from portal.db import transaction

        with self.app.app_context(), transaction() as session:
            return change(session)

    def work(self) -> None:
        """Run what waits for the worker."""
        from portal.jobs.runner import run_pending

        while run_pending(self.app):
            pass


class Quiet(WSGIRequestHandler):
    """Keeps connections open, and writes no line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A portal in ``folder``, filled as ``portal demo`` fills it, behind a server."""
    server = make_server(
        "127.0.0.1", 0, lambda environ, start: [], threaded=True, request_handler=Quiet
    )
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    app = None
    try:
        with clock.frozen(NOW):
            app = _filled(folder, url)
            stage = Stage(app, url)
            clock.set_clock(NOW)  # the samples have moved it
            stage.work()
        server.app = app.wsgi_app
        thread.start()
        yield stage
    finally:
        if thread.is_alive():
            server.shutdown()
            thread.join()
        server.server_close()
        if app is not None:
            _close(app)


def _filled(folder: Path, url: str) -> Flask:
    from portal.app import create_app
    from portal.auth import passwords
    from portal.complaints import demo as complaints
    from portal.config import load_settings
    from portal.db import transaction
    from portal.publishing.preview import public_site
    from portal.testing.client import PortalClient
    from portal.testing.databases import CHEAP, COMPILED, hasty, populate
    from portal.testing.world import plant
    from portal.workflow.calendar import ship_proposal
    from portal.workflow.player import Player

    folder.mkdir()
    settings = load_settings({"PORTAL_INSTANCE": str(folder), "PORTAL_STRICT": "1"}, create=True)
    settings = replace(settings, plugins=PLUGINS, public_url=url + SITE)
    populate(settings)
    passwords.set_cost(CHEAP)
    app = create_app(settings)
    hasty(app)
    app.test_client_class = PortalClient
    app.jinja_env.bytecode_cache = COMPILED
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {SITE: public_site(settings.public_output)}
    )
    with app.app_context():
        with transaction() as session:
            plant(session)
            for year in range(NOW.year - 3, NOW.year + 3):
                ship_proposal(session, year)
        for _key, play in app.extensions["portal_host"].demo():
            play(Player(), NOW)
        complaints.play(Player(), NOW)
    return app


def _close(app: Flask) -> None:
    from portal.db import db

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def agreed(play: Play) -> None:
    """All twelve stages of a year; what is left is the decision to publish."""
    play.direct()
    play.request()
    play.receive()
    play.submit(play.units)
    play.analyse(play.units)
    play.compose()
    play.ministry()
    play.agree(play.units)
    play.print_and_hand_out()


def drafted(play: Play) -> None:
    """Until Bagian I has drafted its letters, so that either head of subdivision may check."""
    play.direct()
    play.act("2a.I", record=proposed(REQUEST))


__all__ = ["NOW", "PASSWORD", "PLUGIN", "SITE", "Play", "Stage", "agreed", "drafted", "staged"]
