"""Where mail for a person goes: set by administrators, checked, logged without the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.org.models import Person
from portal.testing.client import PortalClient
from portal.testing.world import World

Login = Callable[[str], PortalClient]


def test_an_administrator_sets_it_and_the_person_sees_it(
    login: Login, world: World, session: Session
) -> None:
    person = world.person_id("karo-otlak")
    page, action = f"/sistem/pengguna/{person}", f"/sistem/pengguna/{person}/surel"
    for _turn in range(2):
        answer = login("admin").submit(page, {"email": " karo@setneg.test "}, action=action)
        assert answer.status_code == 303
    assert session.get_one(Person, person).email == "karo@setneg.test"
    assert "karo@setneg.test" in login("karo-otlak").get("/profil").get_data(as_text=True)
    entries = session.scalars(
        select(AuditEvent.data).where(AuditEvent.kind == "mail-address-changed")
    ).all()
    assert len(entries) == 1
    assert "setneg.test" not in str(entries)


@pytest.mark.parametrize("address", ["karo", "a b@contoh.id", "Karo <a@b.id>", "a@b.id, c@d.id"])
def test_what_is_no_address_is_refused_beside_the_field(
    login: Login, world: World, session: Session, address: str
) -> None:
    person = world.person_id("karo-otlak")
    page, action = f"/sistem/pengguna/{person}", f"/sistem/pengguna/{person}/surel"
    answer = login("admin").submit(page, {"email": address}, action=action)
    assert answer.status_code == 400
    assert "Alamat surel tidak benar" in answer.get_data(as_text=True)
    assert session.get_one(Person, person).email == ""


def test_it_can_be_taken_away(login: Login, world: World, session: Session) -> None:
    person = world.person_id("karo-otlak")
    session.get_one(Person, person).email = "karo@setneg.test"
    page, action = f"/sistem/pengguna/{person}", f"/sistem/pengguna/{person}/surel"
    assert login("admin").submit(page, {"email": ""}, action=action).status_code == 303
    assert session.get_one(Person, person).email == ""
