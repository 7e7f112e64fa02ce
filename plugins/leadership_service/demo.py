"""Sample letters and requests for ``portal demo``, in every state and for the three offices.

Played through the engine by the right officials, oldest first, so that the registers
read in order; the leaders' agenda has events of this week and the next.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from plugins.leadership_service.workflow import office_of
from portal.api import Player, position_by_code, transaction

JAKARTA = ZoneInfo("Asia/Jakarta")
OTHER = "Instansi pemerintah (contoh)"
REGION = "Pemerintah daerah (contoh)"
PUBLIC = "Organisasi masyarakat (contoh)"
BUREAU = "Biro Perencanaan (contoh)"


def demo(player: Player, now: datetime) -> None:
    """Answered letters and past meetings first, then what waits today."""
    _past(player, now)
    _meetings(player, now)
    _waiting(player, now)


def _past(player: Player, now: datetime) -> None:
    """Finished: an answered letter of each office, and one that needed no answer."""
    answered = (
        ("menteri", BUREAU, "Penyampaian laporan triwulan"),
        ("sesmen", REGION, "Permohonan narasumber pelatihan kearsipan"),
        ("staf-ahli-1", PUBLIC, "Permohonan data kerja sama"),
    )
    for leader, sender, subject in answered:
        letter = Letter(player, before(now, 9), leader, sender, subject)
        letter.direct("surat", "Balas sesuai ketentuan.").sort("balasan").reply().hand_out()
    Letter(player, before(now, 8), "menteri", OTHER, "Ucapan terima kasih").direct(
        "surat", "Untuk diketahui.", "biasa"
    ).sort("arsip")


def _meetings(player: Player, now: datetime) -> None:
    """Events: held and reported, held with a late report, planned for this week and the next."""
    monday = _monday(now)
    held = Request(player, before(now, 7), "audience", "menteri", "Audiensi kerja sama pelatihan")
    held.direct("audiensi", "Setuju, satu jam.").sort("audiensi")
    held.plan("Audiensi kerja sama pelatihan", before(now, 5, 10), 60).coordinate().copy()
    held.ended().report()
    late = Letter(player, before(now, 4), "menteri", OTHER, "Undangan rapat koordinasi")
    late.direct("undangan", "Hadir.", "segera").sort("undangan")
    late.plan("Rapat koordinasi antarkementerian", before(now, 2, 9), 120, "tinggi")
    late.coordinate().copy().ended(15)
    planned = (
        ("menteri", "audience", "Audiensi pemerintah daerah", 3, 10, 60, "sedang"),
        ("menteri", "attendance", "Pembicara pada forum tata kelola", 2, 13, 90, "tinggi"),
        ("menteri", "invitation", "Undangan lembaga negara", 9, 9, 120, "tinggi"),
        ("sesmen", "audience", "Rapat anggaran satuan kerja", 4, 9, 120, "tinggi"),
        ("sesmen", "invitation", "Peresmian gedung arsip", 8, 10, 90, "rendah"),
        ("staf-ahli-2", "attendance", "Narasumber lokakarya kebijakan", 4, 13, 120, "sedang"),
    )
    for leader, kind, title, day, hour, minutes, priority in planned:
        sort = {"audience": "audiensi", "attendance": "kehadiran", "invitation": "undangan"}[kind]
        request = Request(player, before(now, 2), kind, leader, title)
        request.direct(sort, "Setuju; masukkan ke agenda.").sort(sort)
        starts = _at(monday + timedelta(days=day), hour)
        request.plan(title, starts, minutes, priority).coordinate().copy()
    clash = Letter(player, before(now, 1), "menteri", PUBLIC, "Audiensi organisasi masyarakat")
    clash.direct("audiensi", "Boleh, bila waktunya ada.").sort("audiensi")
    starts = _at(monday + timedelta(days=3), 10) + timedelta(minutes=30)
    clash.plan("Audiensi organisasi masyarakat", starts, 90, "rendah")


def _waiting(player: Player, now: datetime) -> None:
    """What the officials find today."""
    sealed = Letter(player, before(now, 1), "menteri", "", "", tertutup=True, keamanan="SR")
    sealed.direct("tertutup", "Jadwalkan pertemuan tertutup dengan pengirim.", "sangat-segera")
    Letter(player, before(now, 1), "sesmen", "", "", tertutup=True, keamanan="R").register(
        "tertutup"
    )
    both = Letter(player, before(now, 1), "sesmen", REGION, "Usulan kerja sama pelatihan")
    both.direct("surat", "Telaah, dan balas dahulu.").sort("telaah", "balasan").reply()
    Letter(player, before(now, 1), "staf-ahli-1", BUREAU, "Permintaan tanggapan").direct(
        "surat", "Siapkan tanggapan tertulis."
    ).sort("balasan")
    oral = Letter(player, before(now, 1), "menteri", REGION, "Permohonan audiensi gubernur")
    oral.register("audiensi").oral("Terima pekan depan, siapkan bahan.")
    asked = Request(player, before(now, 1), "audience", "sesmen", "Audiensi tentang penataan arsip")
    told = player.ask(asked.number, "1", "Siapa saja yang akan mendampingi?")
    player.answer(told, "Dua pejabat dari biro kami (contoh).", "karo-umum")
    player.ask(asked.number, "1", "Mohon bahan yang akan dibicarakan.")
    today = now.astimezone(JAKARTA)
    early = today - timedelta(minutes=40)
    Letter(player, early, "menteri", OTHER, "Penyampaian bahan rapat", keamanan="R").register(
        "surat"
    )
    Letter(player, early, "sesmen", BUREAU, "Memorandum usulan anggaran", keamanan="T").direct(
        "surat", "Pelajari dan siapkan konsep tanggapan.", "segera"
    )
    Letter(player, early, "staf-ahli-2", PUBLIC, "Permohonan sebagai pembicara")
    Letter(player, early, "menteri", PUBLIC, "Permohonan dukungan kegiatan")


def before(now: datetime, days: int, hour: int = 8) -> datetime:
    """So many weekdays before ``now``, at a full hour in Jakarta."""
    day = now.astimezone(JAKARTA)
    while days:
        day -= timedelta(days=1)
        days -= day.weekday() < 5
    return _at(day, hour)


def _at(day: datetime, hour: int) -> datetime:
    return datetime.combine(day.date(), time(hour), JAKARTA)


def _monday(now: datetime) -> datetime:
    """The Monday of this week; on a weekend, of the next."""
    day = now.astimezone(JAKARTA)
    return day + timedelta(days=-day.weekday() if day.weekday() < 5 else 7 - day.weekday())


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


class Play:
    """One case and its time; each act happens some minutes after the one before."""

    def __init__(
        self, player: Player, start: datetime, kind: str, by: str, data: dict[str, Any]
    ) -> None:
        self.player, self.now, self.leader = player, start, str(data["pimpinan"])
        self._ends = start
        player.at(start.astimezone(UTC))
        self.number = player.start(f"leadership.{kind}", data, by)

    def act(self, step: str, record: dict[str, Any], position: int | None = None) -> None:
        """Finish a step, three minutes later."""
        self.now += timedelta(minutes=3)
        self.player.at(self.now.astimezone(UTC))
        self.player.act(self.number, step, record=record, position=position)

    def register(self, kind: str) -> Play:
        """Step 1."""
        self.act("1", {"jenis": kind})
        return self

    def direct(self, kind: str, text: str, speed: str = "biasa") -> Play:
        """Steps 1 and 2."""
        self.register(kind).act("2", {"arahan": text, "sifat": speed})
        return self

    def oral(self, text: str) -> Play:
        """Step 2, recorded by the Kepala Subbagian; the leader has still to confirm it."""
        with transaction() as session:
            proxy = position_by_code(session, f"kasubbag-tu-{office_of(self.leader)}").id
        self.act("2", {"arahan": text, "sifat": "segera"}, proxy)
        return self

    def sort(self, *kinds: str) -> Play:
        """Step 3."""
        self.act("3", {"jenis": list(kinds)})
        return self

    def reply(self) -> Play:
        """Step 4a: the draft, handed to staff."""
        body = "Surat Saudara telah kami terima dan ditindaklanjuti sesuai ketentuan."
        letter = {"subject": "Tanggapan atas surat Saudara", "to": "Pengirim surat", "body": body}
        self.act("4a", {"konsep": letter})
        return self

    def hand_out(self) -> Play:
        """Step 4a: the distribution."""
        self.act("4a.kirim", {"waktu": _utc(self.now), "cara": "Kurir"})
        return self

    def plan(self, title: str, starts: datetime, minutes: int, priority: str = "sedang") -> Play:
        """Step 4b1."""
        self._ends = starts + timedelta(minutes=minutes)
        self.act(
            "4b1",
            {
                "judul": title,
                "mulai": _utc(starts),
                "selesai": _utc(self._ends),
                "tempat": "Ruang rapat utama",
                "prioritas": priority,
                "urgensi": "mendesak" if priority == "tinggi" else "terjadwal",
            },
        )
        return self

    def coordinate(self) -> Play:
        """Step 4b2."""
        self.act(
            "4b2",
            {
                "perlu_undangan": True,
                "undangan": "Und-12/contoh",
                "pihak": [
                    {"nama": "Biro Umum", "hadir": "hadir"},
                    {"nama": OTHER, "hadir": "tunggu"},
                ],
                "bahan": [{"judul": "Bahan paparan", "penyiap": BUREAU}],
                "susunan": [
                    {"waktu": "10 menit", "kegiatan": "Pembukaan"},
                    {"waktu": "40 menit", "kegiatan": "Pembahasan"},
                ],
            },
        )
        return self

    def copy(self) -> Play:
        """Step 4b3."""
        self.act("4b3", {"selesai": ["ganda", "bagi"]})
        return self

    def ended(self, over: int = 0) -> Play:
        """The meeting's real end, so many minutes after the planned one."""
        ends = self._ends + timedelta(minutes=over)
        self.now = ends + timedelta(minutes=5)
        self.act("4b4.selesai", {"waktu": _utc(ends)})
        return self

    def report(self) -> Play:
        """Step 4b4."""
        text = "Pertemuan berlangsung sesuai susunan acara; para pihak sepakat melanjutkan."
        self.act("4b4", {"laporan": text, "tindak_lanjut": "Biro terkait menyiapkan bahan."})
        return self


class Letter(Play):
    """A letter that the leader's office has received."""

    def __init__(
        self,
        player: Player,
        start: datetime,
        leader: str,
        sender: str,
        subject: str,
        **more: Any,
    ) -> None:
        data: dict[str, Any] = {
            "pimpinan": leader,
            "asal": sender,
            "nomor": "12/contoh",
            "tanggal": (start - timedelta(days=1)).date().isoformat(),
            "diterima": _utc(start - timedelta(minutes=10)),
            "tertutup": False,
            "hal": subject,
            "keamanan": "B",
            "lampiran": "",
            "berkas": [],
        } | more
        super().__init__(player, start, "letter", f"staf-tu-{office_of(leader)}", data)


class Request(Play):
    """A request of an official of the ministry."""

    def __init__(
        self, player: Player, start: datetime, kind: str, leader: str, subject: str
    ) -> None:
        data: dict[str, Any] = {
            "pimpinan": leader,
            "asal": "Kepala Biro Umum",
            "hal": subject,
            "uraian": "Mohon waktu pimpinan sesuai perihal di atas (contoh).",
            "usul": None,
            "tempat": "",
            "berkas": [],
        }
        super().__init__(player, start, kind, "karo-umum", data)
