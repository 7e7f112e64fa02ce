"""Who is told what, by real cases: assigned, returned, 75 %, late, ended, answered; once each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugins.notifications import portal_event
from plugins.notifications.models import Notice
from plugins.notifications.tests.desk import HEAD, LEADER, STAFF, Desk, claim
from plugins.notifications.tests.post import Post
from portal.api import Case, CaseTask, ComplaintAnswered, Person, TaskOpened
from portal.testing.client import PortalClient
from portal.testing.complaints import complain

Login = Callable[[str], PortalClient]
REVISION = {"subject": "Permintaan dokumen", "to": "Pimpinan satuan organisasi", "body": "Mohon."}


def agreement(desk: Desk) -> str:
    """A yearly agreement up to the drafts of the first Bagian (step 2a.I is open)."""
    play = desk.player
    number = play.start("pk.yearly", {"tahun": 2028, "dipa": None}, "karo-otlak")
    play.act(number, "1a", record={"arahan": "Siapkan."})
    for n in ("I", "II"):
        play.act(number, f"1b.{n}", record={"penugasan": "Laksanakan."})
    return number


def draft(desk: Desk, number: str) -> None:
    """Step 2a.I is done."""
    letters = dict.fromkeys(("memorandum", "surat"), REVISION)
    desk.player.act(number, "2a.I", record=letters)


def test_whoever_has_the_next_step_is_told_by_notice_and_by_mail(desk: Desk, post: Post) -> None:
    number = desk.letter()
    desk.work()
    assert desk.told(LEADER) == ["assigned"]
    assert desk.told("sesmen") == []
    (mail,) = post.to(desk.address(LEADER))
    assert mail["Subject"].startswith("Tugas baru untuk Anda: ")
    assert number in mail["Subject"]
    text = mail.get_content()
    task = desk.open_task(number, "2")
    assert task.title in text
    assert f"http://portal.test/kasus/{number}/tugas/{task.id}" in text
    assert "bahan rapat" not in text + mail["Subject"]


def test_work_that_is_sent_back_says_so(desk: Desk, post: Post) -> None:
    number = agreement(desk)
    draft(desk, number)
    desk.player.act(number, "2b.I", outcome="return", note="Tujuannya kurang.", targets=["2a.I"])
    desk.work()
    assert desk.told("staf-akin-1")[-1] == "returned"
    mail = post.to(desk.address("staf-akin-1"))[-1]
    assert "dikembalikan" in mail["Subject"]
    assert "kurang" not in mail.get_content()  # the reason stays in the portal


def test_a_step_is_told_at_75_percent_and_when_it_is_late(desk: Desk, post: Post) -> None:
    number = desk.letter()
    desk.work()
    desk.pass_share(number, "2", 0.8)
    desk.work()
    desk.pass_share(number, "2", 1.1)
    desk.work()
    desk.work()
    assert desk.told(LEADER) == ["assigned", "soon", "late"]
    subjects = [each["Subject"] for each in post.to(desk.address(LEADER))]
    assert len(subjects) == 3
    assert "Tiga perempat" in subjects[1]
    assert "melewati batas" in subjects[2]


def test_the_requester_is_told_of_the_end(desk: Desk, post: Post) -> None:
    number = desk.letter()
    desk.player.act(number, "2", record={"arahan": "Untuk diketahui.", "sifat": "biasa"})
    desk.player.act(number, "3", record={"jenis": ["arsip"]})
    desk.work()
    assert desk.session.scalars(select(Case.status).where(Case.number == number)).one() == "done"
    assert desk.told(STAFF)[-1] == "ended"
    assert "selesai" in post.to(desk.address(STAFF))[-1]["Subject"]


def test_a_cancelled_case_is_told_as_such(desk: Desk) -> None:
    number = agreement(desk)
    desk.player.cancel(number, "karo-otlak", "Tahunnya keliru.")
    desk.work()
    assert desk.told("karo-otlak")[-1] == "cancelled"


@pytest.mark.parametrize("hidden", [False, True])
def test_the_reporter_is_told_of_the_answer_unless_the_name_is_hidden(
    desk: Desk, login: Login, post: Post, hidden: bool
) -> None:
    identity = "rahasia" if hidden else "bernama"
    changes = {"standard": "leadership_service", "identity": identity}
    number, _code = complain(login("staf-akin-2"), text="Kalabendu menunggu.", **changes)
    desk.work()
    receiver = next(n for n in desk.notices() if n.number == number)
    task = desk.session.get_one(CaseTask, receiver.task_id)
    play = desk.player
    play.act(number, task.step, outcome="handle")
    play.act(number, "1b", record={"answer": "Sudah kami tindak lanjuti."})
    desk.work()
    reporter = desk.person("staf-akin-2")
    mine = [notice for notice in desk.notices() if notice.person_id == reporter]
    assert [notice.kind for notice in mine] == ([] if hidden else ["answered"])
    mails = post.to(f"p{reporter}@")
    assert len(mails) == (0 if hidden else 1)
    for mail in mails:
        said = mail["Subject"] + mail.get_content()
        assert "engaduan" not in said.replace("Pengaduan dijawab", "")
        assert number not in said
    if not hidden:
        page = login("staf-akin-2").get(mine[0].path)
        assert page.status_code == 200
        assert "Sudah kami tindak lanjuti." in page.get_data(as_text=True)


def test_an_event_that_comes_twice_makes_one_notice_and_one_mail(desk: Desk, post: Post) -> None:
    number = desk.letter()
    desk.work()
    task = desk.open_task(number, "2")
    for _turn in range(2):
        portal_event(
            TaskOpened(
                case_id=task.root_id,
                number=number,
                plugin="leadership_service",
                workflow="leadership",
                task_id=task.id,
                step="2",
                returned=False,
            )
        )
    desk.work()
    assert desk.told(LEADER) == ["assigned"]
    assert len(post.to(desk.address(LEADER))) == 1


def test_of_a_claimed_task_only_the_claimer_is_told(desk: Desk, login: Login, post: Post) -> None:
    number = agreement(desk)
    draft(desk, number)
    first, second = "kasubbag-ppk-1", "kasubbag-ppe-1"
    post.down()
    desk.work()
    assert desk.told(first) == desk.told(second) == ["assigned"]
    task = desk.open_task(number, "2b.I")
    claim(login(first), number, task.id)
    desk.pass_share(number, "2b.I", 0.8)
    desk.later(minutes=20)
    post.up()
    desk.work()
    assert "soon" in desk.told(first)
    assert desk.told(second) == ["assigned"]
    # the mail that had waited for the server is not sent any more to who need not act
    assert post.to(desk.address(second)) == []
    assert "0 belum dibaca" not in login(second).get("/layanan/notifications").get_data(True)
    bell = login(second).get("/tugas").get_data(as_text=True)
    assert "belum dibaca" not in bell


def test_nobody_whose_account_is_closed_is_told(desk: Desk, login: Login) -> None:
    person = desk.person(LEADER)
    desk.session.execute(update(Person).where(Person.id == person).values(active=False))
    desk.session.commit()
    desk.letter()
    desk.work()
    assert desk.told(LEADER) == []


def test_without_an_address_the_notice_is_in_the_portal_only(desk: Desk, post: Post) -> None:
    person = desk.person(LEADER)
    desk.session.execute(update(Person).where(Person.id == person).values(email=""))
    desk.session.commit()
    desk.letter()
    desk.work()
    assert desk.told(LEADER) == ["assigned"]
    assert [mail for mail in post.taken if "Menteri Sekretaris" in str(mail["To"])] == []


def test_what_is_done_counts_as_read(desk: Desk, session: Session) -> None:
    number = desk.letter()
    desk.work()
    (waiting,) = [n for n in desk.notices() if n.person_id == desk.person(LEADER)]
    assert waiting.read_at is None
    desk.player.act(number, "2", record={"arahan": "Balas.", "sifat": "biasa"})
    desk.work()
    session.refresh(waiting)
    assert waiting.read_at is not None
    assert desk.told(HEAD) == ["assigned"]


def test_an_answer_to_nobody_is_told_to_nobody(app: Flask, session: Session) -> None:
    event = ComplaintAnswered(
        case_id=1, number="PGD-2026-0001", plugin="portal", workflow="complaint", person_id=None
    )
    with app.app_context():
        portal_event(event)
    assert session.scalars(select(Notice)).all() == []


def test_a_withdrawal_is_told_to_those_it_waited_for(desk: Desk, login: Login, post: Post) -> None:
    reporter = login("staf-setpres")
    number, _code = complain(reporter, standard="", identity="rahasia")
    desk.work()
    assert desk.told("kepala-inspektorat") == ["assigned"]
    address = f"/pengaduan/{number}"
    reporter.submit(address, {"why": "Sudah saya terima."}, action=f"{address}/tarik")
    desk.work()
    assert desk.told("kepala-inspektorat") == ["assigned", "withdrawn"]
    assert desk.told("staf-setpres") == []
    mail = post.to(desk.address("kepala-inspektorat"))[-1]
    assert "Sudah saya terima" not in mail.get_content() + mail["Subject"]
