"""Plays the procedure over HTTP, each act in the browser of the official whose turn it is.

Before every act it is checked that the task waits in that official's inbox until the
expected instant, with the printed limit, and that strangers get 403 and no link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from plugins.performance_agreement.tests.office import add_minutes, due, minutes_between
from portal.testing import clock
from portal.testing.client import PortalClient, choose

JAKARTA, MAKASSAR = "Asia/Jakarta", "Asia/Makassar"
LIMITS = {
    "1": "30 menit",
    "2": "2 jam",
    "3": "1 hari",
    "4": "20 hari",
    "5": "5 hari",
    "6": "3 hari",
    "7": "1 hari",
    "8": "",
    "9": "1 hari",
    "10": "3 jam",
    "11": "",
    "12": "3 hari",
    "": "",
}
"""The limits that the source prints, by stage; steps outside any stage have none."""

AWAY = timedelta(minutes=45)
"""A browser that was left alone for longer logs in again; the portal ends sessions soon after."""

OUTSIDERS = ("kepala-setmen-biro-keuangan", "staf-tu-menteri", "admin")
"""Officials who have no part in this service."""

INSIDERS = ("kabag-akin-1", "staf-akin-2", "karo-otlak", "staf-setwapres", "menteri",
            "karo-umum", "kasubbag-ppe-1", "kepala-istana-bogor")  # fmt: skip
"""Officials with a part in it; those whose turn it is not are strangers to a step."""

_ROW = re.compile(r'<li[^>]*>\s*<div class="queue-main">(.*?)</li>', re.S)
_LINK = re.compile(r'href="(/kasus/([^/"]+)/tugas/\d+)"')
_STEP = re.compile(r"Langkah ([^:]+): ")
_DUE = re.compile(r'<time class="queue-when[^>]*datetime="([^"]+)"')
_OUTCOME = re.compile(r'type="radio" name="outcome"[^>]*value="([^"]+)"')
_LIMIT = re.compile(r"<dt>Batas</dt>\s*<dd>(.*?)</dd>", re.S)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of an inbox."""

    url: str
    number: str
    step: str
    due: datetime | None


def inbox(browser: PortalClient) -> list[Waiting]:
    """What waits for the person, read from the page."""
    page = browser.get("/tugas").get_data(as_text=True)
    rows = []
    for html in _ROW.findall(page):
        url, number = _LINK.findall(html)[0]
        instant = _DUE.search(html)
        ends = datetime.fromisoformat(unescape(instant[1])) if instant else None
        rows.append(Waiting(url, number, _STEP.findall(html)[0], ends))
    return rows


@dataclass(slots=True)
class Clock:
    """What a stage's time is expected to be: its end, and since when it rests."""

    due: datetime | None
    rests: datetime | None = None


@dataclass
class Play:
    """One year's case; ``units`` gives each unit's lane number, head and coordinator's staff."""

    open_browser: Callable[[str], PortalClient]
    number: str = ""
    clocks: dict[tuple[str, str], Clock] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    _browsers: dict[str, tuple[PortalClient, datetime]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    # -- people and time ------------------------------------------------------------------

    def browser(self, who: str) -> PortalClient:
        """The browser in which this official is logged in; anew if nothing was done for long."""
        browser, last = self._browsers.get(who, (None, clock.now()))
        if browser is None or clock.now() - last > AWAY:
            browser = self.open_browser(who)
            self._tokens.pop(who, None)
        self._browsers[who] = (browser, clock.now())
        return browser

    def pass_time(self, **delta: float) -> datetime:
        """Let time go by; returns the new instant."""
        clock.set_clock(clock.now() + timedelta(**delta))
        return clock.now()

    def go_to(self, local: str, zone: str = JAKARTA) -> datetime:
        """Go on to a local time, such as ``2026-12-22 09:00``."""
        instant = self.at(local, zone)
        assert instant >= clock.now()
        clock.set_clock(instant)
        return instant

    def at(self, local: str, zone: str = JAKARTA) -> datetime:
        """The instant of a local time."""
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def local(self, number: str = "") -> str:
        """The present as the people of a case write it into a form."""
        zone = ZoneInfo(self.zones.get(number, JAKARTA))
        return clock.now().astimezone(zone).strftime("%Y-%m-%dT%H:%M")

    # -- the time of stages ---------------------------------------------------------------

    def enter(self, stage: str, number: str = "", since: datetime | None = None) -> None:
        """From now (or ``since``) the time of this stage of a case is expected to run."""
        number = number or self.number
        limit, zone = LIMITS[stage], self.zones.get(number, JAKARTA)
        ends = due(since or clock.now(), limit, zone) if limit else None
        self.clocks[number, stage] = Clock(ends)

    def rest(self, stage: str, number: str = "") -> None:
        """The time of a stage stands still from now on."""
        self.clocks[number or self.number, stage].rests = clock.now()

    def wake(self, stage: str, number: str = "") -> None:
        """It goes on, put off by the office time in between."""
        number = number or self.number
        timer, zone = self.clocks[number, stage], self.zones.get(number, JAKARTA)
        assert timer.due is not None
        assert timer.rests is not None
        rested = minutes_between(timer.rests, clock.now(), zone)
        timer.due, timer.rests = add_minutes(timer.due, rested, zone), None

    # -- acts -----------------------------------------------------------------------------

    def begin(self, who: str, data: Mapping[str, Any]) -> str:
        """Start the yearly case; somebody else may not."""
        page = "/permohonan/baru/pk.yearly"
        for stranger in ("kabag-akin-1", "staf-setpres", "admin"):
            assert self.browser(stranger).get(page).status_code == 403
        answer = self.browser(who).submit(page, {**data, "syarat_0": "y"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.number = answer.location.rpartition("/")[2]
        return self.number

    def waiting(self, who: str, step: str, number: str = "") -> Waiting:
        """The task in the official's inbox, once."""
        number = number or self.number
        rows = [row for row in inbox(self.browser(who)) if (row.number, row.step) == (number, step)]
        assert len(rows) == 1, f"{who} has {len(rows)} tasks {step} of {number}"
        return rows[0]

    def has_task(self, who: str, step: str, number: str = "") -> bool:
        """Whether the task waits in the official's inbox."""
        key = (number or self.number, step)
        return any((row.number, row.step) == key for row in inbox(self.browser(who)))

    def act(
        self,
        who: str,
        step: str,
        data: Mapping[str, Any] | None = None,
        *,
        number: str = "",
        others: tuple[str, ...] = (),
    ) -> None:
        """Do a step as ``who``; ``others`` may do it as well and are no strangers to it."""
        number = number or self.number
        self.pass_time(minutes=2)
        row = self.waiting(who, step, number)
        browser = self.browser(who)
        page = browser.get(row.url)
        self.check_time(row, page.get_data(as_text=True))
        self.check_strangers(row, {who, *others})
        sent = dict(data or {})
        if choice := _OUTCOME.search(page.get_data(as_text=True)):
            sent.setdefault("outcome", choice[1])
        answer = browser.send(choose(page, row.url), sent, page=row.url)
        assert answer.status_code == 303, _errors(answer.get_data(as_text=True))
        assert browser.get(answer.location).status_code == 200
        left = [(each.number, each.step) for each in inbox(browser)]
        assert (number, step) not in left
        self.steps.append(step)

    def send_back(
        self, who: str, step: str, reason: str, targets: list[str], *, number: str = ""
    ) -> None:
        """Return a step's work; the targets are the labels that the form offers."""
        self.pass_time(minutes=2)
        row = self.waiting(who, step, number)
        page = self.browser(who).get(row.url).get_data(as_text=True)
        offered = {
            unescape(label).strip(): unescape(value)
            for value, label in re.findall(
                r'name="targets"[^>]*value="([^"]+)".*?<label[^>]*>(.*?)</label>', page, re.S
            )
        }
        sent = {"outcome": "return", "note": reason, "targets": [offered[t] for t in targets]}
        no_reason = self.browser(who).submit(row.url, sent | {"note": " "})
        assert no_reason.status_code == 400
        assert "Tulis alasan pengembalian" in no_reason.get_data(as_text=True)
        answer = self.browser(who).submit(row.url, sent)
        assert answer.status_code == 303, _errors(answer.get_data(as_text=True))

    # -- what is checked before every act -------------------------------------------------

    def check_time(self, row: Waiting, page: str) -> None:
        """The inbox shows when the task is due, its page the limit as the source prints it."""
        stage = re.sub(r"(\d*).*", r"\1", row.step)
        expected = self.clocks[row.number, stage].due if LIMITS[stage] else None
        assert row.due == expected, f"{row.number} {row.step}: due {row.due}, not {expected}"
        limit = _LIMIT.findall(page)[0].strip()
        assert limit.removesuffix(" kerja") == (LIMITS[stage] or "tanpa batas waktu")

    def check_strangers(self, row: Waiting, officials: set[str]) -> None:
        """Whoever's turn it is not gets 403, also for a POST, and no link to the act.

        The first time a step is played, an official of this service and one from outside
        try it; when it is played again (in another lane, another round), the next official.
        """
        turn, first = len(self.steps), row.step not in self.steps
        insiders = [each for each in INSIDERS if each not in officials]
        strangers = [insiders[turn % len(insiders)]]
        if first:
            strangers.append(OUTSIDERS[turn % len(OUTSIDERS)])
        for stranger in strangers:
            browser = self.browser(stranger)
            assert browser.get(row.url).status_code == 403, f"{stranger} sees {row}"
            sent = {"csrf_token": self.token(stranger), "outcome": "done", "version": "1",
                    "form_key": f"{stranger}-{turn}", "note": "bukan giliran saya"}  # fmt: skip
            assert browser.post(row.url, data=sent).status_code == 403, f"{stranger} acts: {row}"
            if first:
                page = browser.get(f"/kasus/{row.number}")
                assert page.status_code in (200, 404)
                assert row.url not in page.get_data(as_text=True)
                assert row.url not in browser.get("/tugas").get_data(as_text=True)

    def token(self, who: str) -> str:
        """The CSRF token of this official's session, for a POST without a page."""
        browser = self.browser(who)  # logs in anew, which ends the token of the last session
        if who not in self._tokens:
            self._tokens[who] = browser.csrf_token("/profil")
        return self._tokens[who]


def _errors(page: str) -> str:
    """The error summary of a page, for the message of a failed assertion."""
    found = re.search(r'class="error-summary".*?</div>', page, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found[0] if found else page[:2000])
