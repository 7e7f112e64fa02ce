"""A foreign task or case opens to nobody."""

from __future__ import annotations

from portal.testing.desk import Desk
from tests.web.workflow.hands import FILLED, Login, page, text


def test_a_foreign_task_is_refused_and_the_page_has_no_button(
    desk: Desk, login: Login, number: str
) -> None:
    address = page(desk, "a.I")
    for username in ("staf-akin-2", "karo-otlak"):
        browser = login(username)
        assert browser.get(address).status_code == 403
        token = browser.csrf_token("/profil")
        sent = {"csrf_token": token, "outcome": "done", "form_key": "k", "version": "1", **FILLED}
        assert browser.post(address, data=sent).status_code == 403
        assert browser.post(f"{address}/draf", data=sent).status_code == 403
        assert browser.post(f"{address}/ambil", data=sent).status_code == 403
        shown = browser.get(f"/kasus/{number}")
        assert shown.status_code == 200
        assert address not in text(shown)
    assert desk.task("a.I").status == "open"
    assert address in text(login("staf-akin-1").get(f"/kasus/{number}"))


def test_a_foreign_case_is_not_found_and_says_nothing(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I", note="Rahasia dapur")
    done = page(desk, "a.I", "done")
    for username in ("menteri", "admin"):
        browser = login(username)
        token = browser.csrf_token("/profil")
        sent = {"csrf_token": token, "form_key": "k"}
        answers = [
            browser.get(f"/kasus/{number}"),
            browser.get("/kasus/SRT-2026-9999"),
            browser.get(done),
            browser.get(f"{done}/selesai"),
            browser.post(done, data=sent),
            browser.post(f"{done}/draf", data=sent),
            browser.get(f"/kasus/{number}/kelola/batalkan"),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)
        assert not any("Rahasia dapur" in text(answer) for answer in answers)


def test_a_task_under_the_wrong_case_number_is_not_found(
    desk: Desk, login: Login, number: str
) -> None:
    other = desk.start("letter.new", "karo-otlak", {"hal": "lain"})
    item = page(desk, "a.I").rpartition("/")[2]
    assert login("staf-akin-1").get(f"/kasus/{number}/tugas/{item}").status_code == 404
    assert login("staf-akin-1").get(f"/kasus/{other}/tugas/{item}").status_code == 200
