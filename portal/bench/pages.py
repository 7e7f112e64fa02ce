"""The inbox page at several numbers of cases: what grows with the data, and what does not.

One instance per number; in each the holder of the busy position is logged in and opens
``/tugas``. The sizes take turns in every round, in alternating order, so that whatever
else the machine does meets all of them alike.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from portal.auth.models import Account
from portal.bench.bulk import LANES, Office, fill
from portal.bench.instance import Instance, temporary
from portal.bench.measure import Meter, median
from portal.db import db, transaction
from portal.errors import ConfigurationError, PortalError
from portal.org.models import Position, Unit
from portal.workflow.inbox import PAGE

BUSY = "staf-akin-2"
"""The position that holds a tenth of the open cases: the analyst of one Bagian."""
WARM_UP = 5
GOAL_RATIO = 1.3
GOAL_QUERIES = 8
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Page:
    """The inbox of one instance, opened by the holder of the busy position."""

    def __init__(self, instance: Instance, cases: int, progress: Callable[[str], None]) -> None:
        self.cases = cases
        progress(f"{cases} kasus: menulis data …")
        with instance.app.app_context():
            with transaction() as session:
                fill(session, cases, _office(), progress)
            if not instance.app.config["PORTAL"].sqlite:
                # What autovacuum does by itself after some minutes.
                with transaction() as session:
                    session.execute(text("ANALYZE"))
            db.session.remove()
            self.meter = Meter(db.engine)
        self._client = _logged_in(instance.app, instance.password)

    def open(self, *, keep: bool = True) -> None:
        """One request, measured.

        Raises:
            PortalError: the page is not a full one.
        """
        with self.meter.measure(keep=keep):
            response = self._client.get("/tugas")
            body = response.get_data(as_text=True)
        rows = body.count('class="queue-title"')
        if response.status_code != 200 or rows != PAGE:
            raise PortalError(
                f"Halaman kotak tugas menjawab {response.status_code} dengan {rows} baris;"
                f" seharusnya 200 dengan {PAGE} baris."
            )


def run(
    sizes: Sequence[int], runs: int, database_url: str, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Measure all sizes in turn; the figures, with those of the smallest and the largest."""
    with ExitStack() as stack:
        places = [stack.enter_context(place_of(database_url)) for _ in sizes]
        instances = [stack.enter_context(temporary(place)) for place in places]
        pages = [Page(each, size, progress) for each, size in zip(instances, sizes, strict=True)]
        progress(f"Mengukur {runs} kali tiap ukuran …")
        for each in range(-WARM_UP, runs):
            for page in pages if each % 2 else reversed(pages):
                page.open(keep=each >= 0)
        return figures(pages, runs)


def figures(pages: Sequence[Page], runs: int) -> dict[str, Any]:
    """What is printed: medians per size, and the ratios of the largest to the smallest."""
    wall = [median([sample.wall for sample in page.meter.samples]) for page in pages]
    cpu = [median([sample.cpu for sample in page.meter.samples]) for page in pages]
    counts = [sample.statements for page in pages for sample in page.meter.samples]
    return {
        "ratio": round(wall[-1] / wall[0], 3),
        "ratio_cpu": round(cpu[-1] / cpu[0], 3),
        "queries": max(counts),
        "cases": [page.cases for page in pages],
        "wall_ms_median": wall,
        "cpu_ms_median": cpu,
        "rows": PAGE,
        "waiting": [page.cases // 200 * LANES for page in pages],
        "runs": runs,
        "goal_ratio": GOAL_RATIO,
        "goal_queries": GOAL_QUERIES,
    }


@contextmanager
def place_of(database_url: str) -> Iterator[str]:
    """A place of its own: empty for SQLite, else a new schema of the database, dropped later."""
    if not database_url:
        yield ""
        return
    url = make_url(database_url.replace("postgres://", "postgresql://", 1))
    if url.get_backend_name() != "postgresql":
        raise ConfigurationError("--database-url hanya untuk PostgreSQL.")
    url = url.set(drivername="postgresql+psycopg")
    schema = f"portal_bench_{secrets.token_hex(4)}"
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        place = url.update_query_dict({"options": f"-csearch_path={schema}"})
        try:
            yield place.render_as_string(hide_password=False)
        finally:
            with engine.begin() as connection:
                connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    finally:
        engine.dispose()


def _office() -> Office:
    session = db.session()
    ids = {code: key for key, code in session.execute(select(Position.id, Position.code))}
    busy = ids.pop(BUSY)
    units = session.execute(select(Unit.id, Unit.name).order_by(Unit.id).limit(LANES)).all()
    person = session.scalars(select(Account.person_id).where(Account.username == BUSY)).one()
    return Office(busy, sorted(ids.values()), person, [(key, name) for key, name in units])


def _logged_in(app: Flask, password: str) -> FlaskClient:
    client = app.test_client()
    found = TOKEN.search(client.get("/masuk").get_data(as_text=True))
    sent = {
        "csrf_token": found[1] if found else "",
        "username": BUSY,
        "password": password,
    }
    response = client.post("/masuk", data=sent)
    if response.status_code != 303:
        raise PortalError(f"Masuk sebagai {BUSY} ditolak ({response.status_code}).")
    return client
