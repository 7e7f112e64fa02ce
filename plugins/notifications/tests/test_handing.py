"""A task that somebody else gets: handed over, moved to another position, asked about."""

from __future__ import annotations

from collections.abc import Callable

from plugins.notifications.tests.desk import HEAD, LEADER, Desk
from plugins.notifications.tests.post import Post
from plugins.notifications.tests.test_telling import agreement, draft
from portal.api import position_by_code
from portal.testing.client import PortalClient

Login = Callable[[str], PortalClient]
AUDIENCE = {
    "pimpinan": "sesmen",
    "asal": "Kepala Biro Umum",
    "hal": "Audiensi anggaran",
    "uraian": "Mohon waktu satu jam.",
    "usul": None,
    "tempat": "",
    "berkas": [],
}


def test_who_is_handed_a_task_is_told_also_after_all_were_told(desk: Desk, login: Login) -> None:
    number = agreement(desk)
    draft(desk, number)
    desk.work()
    first, second = "kasubbag-ppk-1", "kasubbag-ppe-1"
    task = desk.open_task(number, "2b.I")
    page = f"/kasus/{number}/tugas/{task.id}/serahkan"
    data = {"person": str(desk.person(second)), "reason": "Saya rapat."}
    assert login(first).submit(page, data).status_code == 303
    desk.work()
    desk.work()
    assert desk.told(second) == ["assigned", "assigned"]
    assert desk.told(first) == ["assigned"]


def test_who_gets_a_moved_task_is_told(desk: Desk, login: Login) -> None:
    number = desk.letter()
    desk.work()
    task = desk.open_task(number, "2")
    data = {
        "position": str(position_by_code(desk.session, HEAD).id),
        "reason": "Pejabat berhalangan.",
    }
    assert login("admin").submit(f"/sistem/kasus/tugas/{task.id}", data).status_code == 303
    desk.work()
    assert desk.told(HEAD) == ["assigned"]
    assert desk.told(LEADER) == ["assigned"]


def test_the_requester_is_told_of_a_question_and_the_official_of_the_answer(
    desk: Desk, login: Login, post: Post
) -> None:
    number = desk.player.start("leadership.audience", AUDIENCE, "karo-umum")
    desk.work()
    official = "staf-tu-setmen"
    task = desk.open_task(number, "1")
    asked = {"text": "Berapa orang Kalabendu yang hadir?"}
    page = f"/kasus/{number}/tugas/{task.id}/tanya"
    assert login(official).submit(page, asked).status_code == 303
    desk.work()
    assert desk.told("karo-umum") == ["asked"]
    (notice,) = [n for n in desk.notices() if n.kind == "asked"]
    requester = login("karo-umum")
    answer = {"answer": "Lima orang Wijayakusuma."}
    assert requester.submit(notice.path, answer).status_code == 303
    desk.work()
    assert desk.told(official)[-1] == "informed"
    (given,) = [n for n in desk.notices() if n.kind == "informed"]
    assert login(official).get(given.path).status_code == 200
    said = " ".join(mail.get_content() + mail["Subject"] for mail in post.taken)
    assert "Kalabendu" not in said
    assert "Wijayakusuma" not in said
