"""Suspending, resuming, cancelling and moving, on their pages."""

from __future__ import annotations

from portal.testing.desk import Desk
from tests.web.workflow.hands import FILLED, Login, page, text


def test_a_case_is_suspended_and_resumed_with_a_reason(
    desk: Desk, login: Login, number: str
) -> None:
    browser = login("karo-otlak")
    address = f"/kasus/{number}/kelola/tunda"
    assert address in text(browser.get(f"/kasus/{number}"))
    assert browser.submit(address, {"reason": ""}).status_code == 400
    assert browser.submit(address, {"reason": "Menunggu DIPA"}).status_code == 303
    body = text(browser.get(f"/kasus/{number}"))
    assert "Menunggu DIPA" in body
    assert f"/kasus/{number}/kelola/lanjutkan" in body
    refused = login("staf-akin-1").submit(page(desk, "a.I"), FILLED)
    assert refused.status_code == 409
    assert "ditunda" in text(refused)
    assert browser.submit(f"/kasus/{number}/kelola/lanjutkan", {"reason": "Ya"}).status_code == 303
    assert desk.case(number).status == "open"


def test_an_official_without_the_right_gets_403_for_every_act_on_the_case(
    desk: Desk, login: Login, number: str
) -> None:
    browser = login("kabag-akin-1")
    body = text(browser.get(f"/kasus/{number}"))
    sent = {"csrf_token": browser.csrf_token("/profil"), "form_key": "k", "reason": "Iseng"}
    for act, refused in (("tunda", 403), ("batalkan", 403), ("lanjutkan", 403),
                         ("tanpa-menunggu", 409)):  # fmt: skip
        address = f"/kasus/{number}/kelola/{act}"
        assert address not in body
        assert browser.get(address).status_code == refused
        assert browser.post(address, data=sent).status_code == refused
    assert browser.get(f"/kasus/{number}/kelola/hapus").status_code == 404
    assert desk.case(number).status == "open"


def test_the_page_of_an_act_that_would_be_refused_is_refused_already(
    desk: Desk, login: Login, number: str
) -> None:
    browser = login("karo-otlak")
    assert browser.get(f"/kasus/{number}/kelola/tunda").status_code == 200
    assert browser.get(f"/kasus/{number}/kelola/batalkan").status_code == 200
    for act in ("lanjutkan", "tanpa-menunggu"):
        assert browser.get(f"/kasus/{number}/kelola/{act}").status_code == 409
    address = page(desk, "a.I")
    assert login("staf-akin-1").get(f"{address}/serahkan").status_code == 200
    assert browser.get(f"{address}/serahkan").status_code == 403
    wrong = address.replace(number, "SRT-2026-9999")
    assert login("staf-akin-1").get(f"{wrong}/serahkan").status_code == 404
    browser.submit(f"/kasus/{number}/kelola/tunda", {"reason": "Menunggu"})
    assert browser.get(f"/kasus/{number}/kelola/tunda").status_code == 409
    assert login("staf-akin-1").get(f"{address}/serahkan").status_code == 409
    browser.submit(f"/kasus/{number}/kelola/lanjutkan", {"reason": "Ya"})
    desk.act("staf-akin-1", "a.I")
    assert login("staf-akin-1").get(f"{address}/serahkan").status_code == 409
    assert login("menteri").get(f"{address}/serahkan").status_code == 404
    assert login("staf-akin-1").get(f"{address}/tarik").status_code == 200
    login("kasubbag-ppk-1").get(page(desk, "b.I"))
    assert login("staf-akin-1").get(f"{address}/tarik").status_code == 409


def test_an_administrator_moves_a_task_seeing_number_step_and_official_only(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I", record={"konsep": {"subject": "Rahasia"}})
    browser = login("admin")
    listed = text(browser.get(f"/sistem/kasus?nomor={number}"))
    assert number in listed
    assert "b.I" in listed
    assert "undangan" not in listed.lower()
    item = desk.task("b.I").id
    position = str(desk.world.position_id("kabag-akin-1"))
    desk.world.session.rollback()
    address = f"/sistem/kasus/tugas/{item}"
    assert "Rahasia" not in text(browser.get(address))
    bad = browser.submit(address, {"reason": "Kosong"})
    assert bad.status_code == 400
    sent = {"position": position, "reason": "Kosong"}
    assert browser.submit(address, sent).status_code == 303
    assert login("kabag-akin-1").get(page(desk, "b.I")).status_code == 200
    assert login("karo-otlak").get(address).status_code == 403
