"""Shared tasks are claimed, handed over and withdrawn, on their pages."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.org.models import HolderKind
from portal.org.service import assign_holder
from portal.testing.desk import Desk
from tests.web.workflow.hands import FILLED, Login, page, text


def test_a_task_is_claimed_and_handed_over(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    assert browser.submit(address, {}, action=f"{address}/ambil").status_code == 303
    assert "Kepala Subbagian" in desk.task("b.I").claimed_by
    desk.world.session.rollback()
    other = str(desk.world.person_id("kasubbag-ppe-1"))
    desk.world.session.rollback()
    sent = {"person": other, "reason": "Cuti"}
    assert browser.submit(f"{address}/serahkan", sent).status_code == 303
    assert login("kasubbag-ppe-1").get(address).status_code == 200


def test_a_task_that_another_has_claimed_is_only_read(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I", record={"konsep": {"subject": "Rapat", "to": "", "body": ""}})
    first, second, address = login("kasubbag-ppk-1"), login("kasubbag-ppe-1"), page(desk, "b.I")
    form = second.form(address)
    assert first.submit(address, {}, action=f"{address}/ambil").status_code == 303
    read = second.get(address)
    assert read.status_code == 200
    assert "Sedang dikerjakan Kepala Subbagian" in text(read)
    assert address not in text(read)  # no form, no hand-over
    inbox, case = text(second.get("/tugas")), text(second.get(f"/kasus/{number}"))
    assert address not in inbox
    assert f'href="/kasus/{number}"' in inbox
    assert address not in case
    assert "sedang dikerjakan Kepala Subbagian" in case
    assert address in text(first.get("/tugas"))
    assert address in text(first.get(f"/kasus/{number}"))
    assert second.get(f"{address}/serahkan").status_code == 409
    late = second.send(form, {"outcome": "approve", "note": "Sudah saya baca"}, page=address)
    assert late.status_code == 409
    assert "Sudah saya baca" in text(late)
    form.action = f"{address}/draf"
    kept = second.send(form, {"note": "Setengah jadi"}, page=address)
    assert kept.status_code == 409
    assert "Setengah jadi" in text(kept)


def test_a_shared_task_offers_to_be_taken_and_handed_over(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    browser, address = login("staf-akin-1"), page(desk, "a.I")
    alone = text(browser.get(address))
    assert "/ambil" not in alone
    assert "/serahkan" not in alone
    assign_holder(
        session,
        position_id=desk.world.position_id("staf-akin-1"),
        person_id=desk.world.person_id("staf-akin-2"),
        kind=HolderKind.DEFINITIVE,
        valid_from=date(2026, 1, 1),
    )
    session.commit()
    for name in ("staf-akin-1", "staf-akin-2"):
        shown = text(login(name).get(address))
        assert f'action="{address}/ambil"' in shown
        assert f'href="{address}/serahkan"' in shown


def test_what_one_has_taken_back_was_not_returned_by_anybody(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, done = login("staf-akin-1"), page(desk, "a.I", "done")
    assert browser.submit(f"{done}/tarik", {"reason": "Salah lampiran"}).status_code == 303
    again = text(browser.get(page(desk, "a.I")))
    assert "Anda menariknya kembali" in again
    assert "Salah lampiran" in again
    assert "Dikembalikan" not in again.replace("Dikembalikan ke", "")
    assert "Dikembalikan" not in text(browser.get("/tugas"))
    browser.submit(page(desk, "a.I"), FILLED)
    desk.send_back("kasubbag-ppk-1", "b.I", "a.I", note="Kurang rapi")
    third = text(browser.get(page(desk, "a.I")))
    assert "Dikembalikan untuk perbaikan" in third
    assert "menariknya" not in third


def test_an_act_is_withdrawn_on_its_page(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    address = f"{page(desk, 'a.I', 'done')}/tarik"
    assert login("kasubbag-ppk-1").get(address).status_code == 404
    assert login("staf-akin-1").submit(address, {"reason": "Salah lampiran"}).status_code == 303
    assert desk.open(number) == ["a.II", "a.I#2"]
