"""The officials at their browsers: starts and acts over HTTP, with the sample fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.api import Case, CaseTask
from portal.testing.client import PortalClient

LETTER = {
    "pimpinan": "menteri",
    "asal": "Pemerintah daerah (contoh)",
    "nomor": "005/12/contoh",
    "tanggal": "2026-11-20",
    "diterima": "2026-11-23T08:50",
    "hal": "Permohonan rapat kerja sama",
    "keamanan": "B",
    "lampiran": "",
}
SEALED = {**LETTER, "asal": "", "hal": "", "tertutup": "y", "keamanan": "SR"}
REQUEST = {
    "pimpinan": "sesmen",
    "asal": "Kepala Biro Keuangan",
    "hal": "Audiensi anggaran",
    "uraian": "Mohon waktu satu jam.",
    "usul": "",
    "tempat": "",
    "syarat_0": "y",
}
DIRECTION = {"arahan": "Laksanakan.", "sifat": "segera"}
DRAFT = {
    "konsep-subject": "Tanggapan",
    "konsep-to": "Pemerintah daerah (contoh)",
    "konsep-body": "Permohonan Saudara kami tindak lanjuti.",
}
SENT = {"waktu": "2026-11-23T09:00", "cara": "Kurir"}
EVENT = {
    "judul": "Rapat kerja sama",
    "mulai": "2026-11-23T10:00",
    "selesai": "2026-11-23T11:00",
    "tempat": "Ruang rapat utama",
    "prioritas": "tinggi",
    "urgensi": "terjadwal",
}
COORDINATED = {
    "pihak-0-nama": "Biro Umum",
    "pihak-0-hadir": "hadir",
    "susunan-0-waktu": "09.00",
    "susunan-0-kegiatan": "Pembukaan",
}
COPIED = {"selesai": ["ganda", "bagi"]}
REPORT = {"laporan": "Kerja sama dilanjutkan.", "tindak_lanjut": ""}


def text(response: TestResponse) -> str:
    """The page as a person reads its characters."""
    return unescape(response.get_data(as_text=True))


@dataclass
class Office:
    """Everybody's browser; one that was left alone for long logs in again."""

    login: Callable[[str], PortalClient]
    session: Session
    now: Callable[[], datetime]
    _open: dict[str, tuple[datetime, PortalClient]] = field(default_factory=dict)

    def browser(self, who: str) -> PortalClient:
        """The browser of an official."""
        since, browser = self._open.get(who, (None, None))
        if browser is None or since is None or (self.now() - since).total_seconds() > 1200:
            browser = self.login(who)
        self._open[who] = (self.now(), browser)
        return browser

    def page(self, who: str, address: str, code: int = 200) -> str:
        """A page as text."""
        response = self.browser(who).get(address)
        assert response.status_code == code, (who, address, response.status)
        return text(response)

    def start(self, who: str, kind: str, data: Mapping[str, Any], code: int = 303) -> str:
        """Begin a case; its number, or the page when it was refused."""
        page = f"/permohonan/baru/leadership.{kind}"
        response = self.browser(who).submit(page, data)
        assert response.status_code == code, text(response)
        if code != 303:
            return text(response)
        self.session.rollback()
        query = select(Case.number).order_by(Case.id.desc()).limit(1)
        return self.session.scalars(query).one()

    def task(self, number: str, step: str) -> CaseTask:
        """The open task of a step."""
        self.session.rollback()
        query = select(CaseTask).join(Case, Case.id == CaseTask.case_id)
        query = query.where(Case.number == number, CaseTask.step == step)
        return self.session.scalars(query.where(CaseTask.status == "open")).one()

    def address(self, number: str, step: str) -> str:
        """The page of an open step."""
        return f"/kasus/{number}/tugas/{self.task(number, step).id}"

    def act(
        self, who: str, number: str, step: str, data: Mapping[str, Any] | None = None,
        code: int = 303,
    ) -> str:  # fmt: skip
        """Finish a step as an official; the page when it was refused."""
        response = self.browser(who).submit(self.address(number, step), data or {})
        assert response.status_code == code, text(response)
        return text(response)

    def steps(self, number: str) -> set[str]:
        """What is open in a case."""
        self.session.rollback()
        query = select(CaseTask.step).join(Case, Case.id == CaseTask.case_id)
        query = query.where(Case.number == number, CaseTask.status == "open")
        return set(self.session.scalars(query))
