"""Lists and submits at several amounts of data: what grows with it, and what does not.

One instance per amount; the same people open the same lists and send the same forms in each.
The instances take turns in every round, in alternating order, so that whatever else the machine
does meets all of them alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from portal.bench.instance import Instance, temporary
from portal.bench.measure import Meter, Sample, median
from portal.bench.pages import place_of
from portal.bench.subjects import SUBJECTS, Subject, fill
from portal.db import db
from portal.errors import PortalError
from portal.plugins.manifest import MeasuredForm
from portal.testing.client import PortalClient

WARM_UP = 3
GOAL_RATIO = 1.3
GOAL_QUERIES = 15
TASK = re.compile(r'href="(/kasus/[^"/]+/tugas/\d+)"')

Page = tuple[str, str]


@dataclass
class Place:
    """One filled instance with those who use it, and what was measured there."""

    instance: Instance
    rows: int
    meter: Meter
    clients: dict[str, PortalClient] = field(default_factory=dict)
    pages: dict[Page, list[Sample]] = field(default_factory=dict)
    forms: dict[str, list[Sample]] = field(default_factory=dict)

    def open(self, page: Page, *, keep: bool) -> None:
        """One request of a list, measured.

        Raises:
            PortalError: the page does not answer.
        """
        person, address = page
        client = self._client(person)
        with self.meter.measure(keep=False) as sample:
            response = client.get(address)
        _expect(response.status_code, 200, address)
        if keep:
            self.pages.setdefault(page, []).append(sample)

    def send(self, form: MeasuredForm, number: int, *, keep: bool) -> None:
        """One form, filled in and sent; only the sending is measured.

        Raises:
            PortalError: it was not accepted.
        """
        client, address = self._client(form.person), form.address
        for step, fields in enumerate(form.fields):
            empty = client.form(address)
            with self.instance.app.app_context():
                filled = fields(number)
            with self.meter.measure(keep=False) as sample:
                response = client.send(empty, filled, page=address)
            _expect(response.status_code, 303, address)
            if keep:
                name = form.address if not step else f"{form.address} ({step + 1})"
                self.forms.setdefault(name, []).append(sample)
            if step + 1 < len(form.fields):
                case = urlsplit(response.location).path.rpartition("/")[2]
                shown = client.get(f"/kasus/{case}").get_data(as_text=True)
                found = TASK.search(shown)
                if found is None:
                    raise PortalError(f"Sesudah {address} tidak ada tugas yang dapat dikerjakan.")
                address = found[1]

    def _client(self, person: str) -> PortalClient:
        if person not in self.clients:
            client = PortalClient(self.instance.app, self.instance.app.response_class)
            client.login(person, self.instance.password)
            self.clients[person] = client
        return self.clients[person]


def run(
    name: str, sizes: Sequence[int], runs: int, database_url: str, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Measure all sizes in turn; the figures, with those of the worst list and submit."""
    subject = SUBJECTS[name]
    with ExitStack() as stack:
        databases = [stack.enter_context(place_of(database_url)) for _ in sizes]
        instances = [stack.enter_context(temporary(each)) for each in databases]
        places = [
            _filled(subject, each, size, progress)
            for each, size in zip(instances, sizes, strict=True)
        ]
        with instances[0].app.app_context():
            pages, forms = subject.pages(db.session()), subject.forms()
            db.session.remove()
        progress(f"Mengukur {runs} kali tiap ukuran …")
        for each in range(-WARM_UP, runs):
            for place in places if each % 2 else reversed(places):
                for page in pages:
                    place.open(page, keep=each >= 0)
                for form in forms:
                    place.send(form, each + WARM_UP + 1, keep=each >= 0)
        return figures(places, runs)


def _filled(
    subject: Subject, instance: Instance, rows: int, progress: Callable[[str], None]
) -> Place:
    progress(f"{rows} baris: menulis data …")
    with instance.app.app_context():
        fill(subject, rows, progress)
        return Place(instance, rows, Meter(db.engine))


def figures(places: Sequence[Place], runs: int) -> dict[str, Any]:
    """What is printed: medians per list and submit, and the worst ratios."""
    lists = {
        f"{person} {address}": _compared([place.pages[person, address] for place in places])
        for person, address in places[0].pages
    }
    submits = {
        address: _compared([place.forms[address] for place in places])
        for address in places[0].forms
    }
    return {
        "list_ratio": max(each["ratio"] for each in lists.values()),
        "list_ratio_cpu": max(each["ratio_cpu"] for each in lists.values()),
        "submit_ratio": max((each["ratio"] for each in submits.values()), default=None),
        "submit_ratio_cpu": max((each["ratio_cpu"] for each in submits.values()), default=None),
        "queries": max(each["queries"] for each in lists.values()),
        "rows": [place.rows for place in places],
        "runs": runs,
        "goal_ratio": GOAL_RATIO,
        "goal_queries": GOAL_QUERIES,
        "lists": lists,
        "submits": submits,
    }


def _compared(samples: Sequence[Sequence[Sample]]) -> dict[str, Any]:
    """Medians by size, the ratios of the largest to the smallest, and the most statements."""
    wall = [median([each.wall for each in row]) for row in samples]
    cpu = [median([each.cpu for each in row]) for row in samples]
    return {
        "ratio": round(wall[-1] / wall[0], 3),
        "ratio_cpu": round(cpu[-1] / cpu[0], 3),
        "wall_ms_median": wall,
        "cpu_ms_median": cpu,
        "queries": max(each.statements for row in samples for each in row),
    }


def _expect(answer: int, right: int, address: str) -> None:
    if answer != right:
        raise PortalError(f"{address} menjawab {answer}; seharusnya {right}.")
