"""Bad input: a sealed letter with a subject, a meeting that ends too early; nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from plugins.leadership_service.models import AgendaEvent
from plugins.leadership_service.tests.office import (
    DIRECTION,
    EVENT,
    LETTER,
    SEALED,
    Office,
)
from portal.api import Case
from portal.testing.client import choose

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"
SECRET = "Kabar yang sangat tertutup"


@pytest.mark.parametrize("field", ["hal", "asal", "lampiran"])
def test_a_sealed_letter_with_a_subject_typed_in_anyway(office: Office, field: str) -> None:
    address = "/permohonan/baru/leadership.letter"
    response = office.browser(STAFF).submit(address, SEALED | {field: SECRET})
    assert response.status_code == 400
    page = response.get_data(as_text=True)
    assert "error-summary" in page
    assert "amplop tertutup tidak dibuka" in page
    form = choose(response, address)
    assert (field, SECRET) in form.fields, "what was typed waits to be mended"
    assert ("nomor", SEALED["nomor"]) in form.fields
    assert office.session.scalars(select(Case)).all() == [], "nothing was written"
    for who in (LEADER, HEAD, "admin", "karo-otlak"):
        for place in ("/tugas", "/kasus", f"/cari?q={SECRET.split()[0]}", "/permohonan"):
            seen = office.browser(who).get(place, follow_redirects=True)
            assert SECRET not in seen.get_data(as_text=True), (who, place)
    sent = office.browser(STAFF).send(form, {field: ""}, page=address)
    assert sent.status_code == 303, "mended, it is registered"


@pytest.mark.parametrize("ends", ["2026-11-23T09:59", "2026-11-23T10:00"])
def test_a_meeting_that_ends_before_it_begins(office: Office, ends: str) -> None:
    number = office.start(STAFF, "letter", LETTER)
    office.act(STAFF, number, "1", {"jenis": "audiensi"})
    office.act(LEADER, number, "2", DIRECTION)
    office.act(HEAD, number, "3", {"jenis": ["audiensi"]})
    address = office.address(number, "4b1")
    browser = office.browser(HEAD)
    response = browser.submit(address, {**EVENT, "selesai": ends})
    assert response.status_code == 400
    page = response.get_data(as_text=True)
    assert "error-summary" in page
    assert "tidak dapat selesai sebelum dimulai" in page
    form = choose(response, address)
    for name in ("judul", "tempat", "mulai"):
        assert (name, EVENT[name]) in form.fields, name
    assert office.session.scalars(select(AgendaEvent)).all() == []
    assert browser.send(form, {"selesai": EVENT["selesai"]}, page=address).status_code == 303
