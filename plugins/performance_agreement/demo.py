"""Sample cases for ``portal demo``: finished years, a running one, and every other state.

Played through the engine by the right officials, at times before ``now`` in office
hours. The years follow each other in time, so that the registers read in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from plugins.performance_agreement import agreements, samples
from plugins.performance_agreement.letters import (
    DISTRIBUTION,
    PRINTING,
    REQUEST,
    SUBMISSION,
    proposed,
)
from plugins.performance_agreement.workflow import BAGIAN, REPORTING
from portal.api import Case, Player, members_of_set, tanggal, today, transaction

JAKARTA = ZoneInfo("Asia/Jakarta")
START = "pk.yearly"
OWNER = "karo-otlak"
LATE_REASON = (
    "Draf PK Kementerian tidak dapat menunggu lebih lama; unit yang belum menyampaikan menyusul."
)
ANALYSIS = "Sasaran, indikator, dan target selaras."
FIXES = "Satuan target pada indikator pertama belum jelas; mohon diperbaiki."


def demo(player: Player, now: datetime) -> None:
    """Finished and published years, one running, one just begun, one cancelled, one suspended."""
    for year in range(now.year - 2, now.year + 1):
        autumn = datetime(year - 1, 9, 1, tzinfo=JAKARTA)
        late = ("set-ksp",) if year == now.year - 1 else ()
        Play(player, autumn, year).whole(late)
    _suspended(player, now)
    _cancelled(player, now)
    _running(player, now)
    _returned(player, now)


def _suspended(player: Player, now: datetime) -> None:
    play = Play(player, before(now, 40), now.year + 3)
    play.direct()
    play.forward(days=1)
    player.suspend(play.number, OWNER, "Menunggu Rencana Strategis periode berikutnya.")


def _cancelled(player: Player, now: datetime) -> None:
    play = Play(player, before(now, 36), now.year + 1)
    play.forward(minutes=20)
    player.cancel(play.number, OWNER, "Tanggal DIPA keliru; kasus dibuka kembali.")


def _running(player: Player, now: datetime) -> None:
    """Stage 5 with units that are drafting, late, submitted, analysed and returned.

    Of the two late ones, one has drafted nothing, the other waits for its head's signature.
    """
    play = Play(player, before(now, 33), now.year + 1)
    late = ("istana-tampaksiring", "set-ksp")
    play.direct()
    play.request()
    play.receive()
    play.submit([code for code in play.units if code not in late])
    play.go_to(before(now, 3))
    player.release(play.number, OWNER, LATE_REASON)
    for code in ("setpres", "setwapres", "setmil", "istana-bogor", "setmen", "dep-hukum"):
        play.lane(code, "5a", record={"hasil": ANALYSIS})
    play.go_to(before(now, 2))
    play.lane("istana-cipanas", "5a", outcome="return", note=FIXES)
    play.lane("set-ksp", "4", data=samples.agreement("set-ksp", play.year))


def _returned(player: Player, now: datetime) -> None:
    """Stage 2, sent back to one Bagian by the Kepala Biro."""
    play = Play(player, before(now, 1), now.year + 2)
    play.direct()
    play.drafts()
    note = "Tujuan surat Bagian II belum menyebut semua satuan kerja."
    play.act("2d", outcome="return", note=note, targets=["2a.II"])


def before(now: datetime, days: int) -> datetime:
    """So many weekdays before ``now``, at 09.00 in Jakarta."""
    day = now.astimezone(JAKARTA).replace(hour=9, minute=0, second=0, microsecond=0)
    while days:
        day -= timedelta(days=1)
        days -= day.weekday() < 5
    return day


class Play:
    """One year's case, played in office hours from the day ``start``."""

    def __init__(self, player: Player, start: datetime, year: int) -> None:
        self.player, self.year = player, year
        self.go_to(before(start + timedelta(days=3), 1))
        self.number = player.start(START, {"tahun": year, "dipa": None}, OWNER)
        self.units: dict[str, str] = {}
        """Numbers of the lanes by the unit's code."""
        self.members: dict[str, list[str]] = {}
        """Ids of each Bagian's units."""

    # -- time -----------------------------------------------------------------------------

    def go_to(self, instant: datetime) -> None:
        """Let what follows happen from this instant on."""
        self.now = instant
        self.player.at(instant.astimezone(UTC))

    def forward(self, *, days: int = 0, minutes: int = 0) -> None:
        """Let time pass: weekdays (to 09.00), then minutes."""
        day = self.now
        if days:
            day = day.replace(hour=9, minute=0)
        while days:
            day += timedelta(days=1)
            days -= day.weekday() < 5
        self.go_to(day + timedelta(minutes=minutes))

    # -- acts -----------------------------------------------------------------------------

    def act(self, step: str, **sent: Any) -> None:
        """Finish a step of the main case, some minutes later."""
        self.forward(minutes=4)
        self.player.act(self.number, step, **sent)

    def lane(self, code: str, step: str, **sent: Any) -> None:
        """Finish a step of a unit's lane, some minutes later."""
        self.forward(minutes=4)
        self.player.act(self.units[code], step, **sent)

    # -- stages ---------------------------------------------------------------------------

    def whole(self, late: Iterable[str] = ()) -> None:
        """All twelve stages and the decision to publish; ``late`` units come afterwards."""
        late = tuple(late)
        self.direct()
        self.request()
        self.receive()
        self.submit([code for code in self.units if code not in late])
        if late:
            self.forward(days=6)
            self.player.release(self.number, OWNER, LATE_REASON)
        self.analyse([code for code in self.units if code not in late])
        self.compose()
        self.ministry()
        self.agree([code for code in self.units if code not in late])
        self.print_and_hand_out()
        if late:
            self.submit(late)
            self.analyse(late)
            self.agree(late)
        self.forward(days=1)
        self.act("publikasi", record={"izin": True})
        for code in late:
            self.lane(code, "8.terbit", record={"izin": True})

    def direct(self) -> None:
        """Stage 1."""
        self.act("1a", record={"arahan": f"Siapkan pengoordinasian penyusunan PK {self.year}."})
        for n in BAGIAN:
            self.act(f"1b.{n}", record={"penugasan": "Laksanakan pengoordinasian di bagian ini."})

    def drafts(self) -> None:
        """Steps 2a to 2c in both Bagian."""
        for n in BAGIAN:
            self.act(f"2a.{n}", record=proposed(REQUEST))
            self.act(f"2b.{n}")
            self.act(f"2c.{n}")

    def request(self) -> None:
        """Stages 2 and 3: from the drafts to the delivery of the request."""
        self.drafts()
        self.act("2d")
        self.act("2e")
        self.forward(minutes=60)
        with transaction() as session:
            members = members_of_set(session, REPORTING, today())
            units = [(each.unit.code, each.unit_id, each.coordinator_id) for each in members]
        sent = self.now.astimezone(UTC).isoformat()
        for n, coordinator in zip(BAGIAN, dict.fromkeys(unit[2] for unit in units), strict=True):
            self.members[n] = [str(key) for _, key, whose in units if whose == coordinator]
            delivered = dict.fromkeys(self.members[n], sent)
            self.act(f"3.{n}", record={"selesai": ["agenda", "ganda"], "dikirim": delivered})
        lanes = {unit: number for number, unit in self.player.lanes(self.number)}
        self.units = {code: lanes[key] for code, key, _ in units}

    def receive(self) -> None:
        """The units confirm on the next day that they have the request."""
        self.forward(days=1)
        for code in self.units:
            self.forward(minutes=4)
            now = self.now.astimezone(UTC).isoformat()
            self.player.act(self.units[code], "4.terima", record={"waktu": now})

    def submit(self, codes: Iterable[str]) -> None:
        """Stage 4: drafted by the unit's staff, signed by its head the day after; then the next."""
        for code in codes:
            self.lane(code, "4", data=samples.agreement(code, self.year))
            self.forward(days=1)
            self.lane(code, "4.ttd")

    def analyse(self, codes: Iterable[str]) -> None:
        """Step 5a."""
        self.forward(days=1)
        for code in codes:
            self.lane(code, "5a", record={"hasil": ANALYSIS})

    def compose(self) -> None:
        """Steps 5b to 6: the ministry's draft from the units' agreements, and its discussion."""
        with transaction() as session:
            case = session.scalars(select(Case).where(Case.number == self.number)).one()
            draft = agreements.compose(session, case)
        self.act("5b", data=draft)
        self.act("5c")
        self.act("5d")
        self.forward(days=2)
        day = self.now.date().isoformat()
        self.act("6", record={"tanggal": day, "risalah": "Draf disepakati tanpa perubahan."})

    def ministry(self) -> None:
        """Stages 7 and 8 of the ministry's document."""
        self.act("7a", record=proposed(SUBMISSION))
        for step in ("7b", "7c", "7d", "7e"):
            self.act(step)
        self.act("7f", record={"waktu": self.now.astimezone(UTC).isoformat()})
        self.forward(days=2)
        self.act("8")

    def agree(self, codes: Iterable[str]) -> None:
        """Stage 8 in the units' lanes: the second parties sign."""
        self.forward(days=1)
        for code in codes:
            self.lane(code, "8.pihak2")

    def print_and_hand_out(self) -> None:
        """Stages 9 to 12."""
        self.forward(days=1)
        now = self.now.astimezone(UTC).isoformat()
        self.act("9", record={"selesai": ["agenda", "jilid"], "waktu": now})
        self.act("10", record=proposed(PRINTING) | {"eksemplar": 30})
        self.forward(days=3)
        self.act("11", record={"eksemplar": 30, "tanggal": self.now.date().isoformat()})
        self.act("12.konsep", record=proposed(DISTRIBUTION))
        self.act("12.ttd")
        self.forward(days=1)
        for n in BAGIAN:
            taken = f"Tata usaha unit, {tanggal(self.now.date())}"
            self.act(f"12.{n}", record={"diterima": dict.fromkeys(self.members[n], taken)})
