"""What may not be told: sealed letters, complaints, conflicts of interest. Marker words."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from plugins.notifications.kinds import Kind, veiled
from plugins.notifications.tests.desk import HEAD, LEADER, Desk
from plugins.notifications.tests.post import Post, whole
from portal.api import CaseTask, position_by_code
from portal.testing.client import PortalClient
from portal.testing.complaints import complain

Login = Callable[[str], PortalClient]
SUBJECT, NOTE, DRAFTED = "Kalabendu", "Wijayakusuma", "Purnapakarya"


def stored(desk: Desk) -> str:
    """Everything that the plugin keeps of its notices, as text."""
    return " ".join(str(vars(notice)) for notice in desk.notices())


def test_of_a_sealed_letter_neither_notice_nor_mail_has_a_word(
    desk: Desk, post: Post, login: Login
) -> None:
    number = desk.letter(tertutup=True, asal="", hal="", keamanan="SR")
    direction = {"arahan": "Jadwalkan.", "sifat": "segera", "pokok": SUBJECT}
    desk.player.act(number, "2", record=direction, note=NOTE)
    desk.work()
    desk.pass_share(number, "3", 0.8)
    desk.work()
    desk.pass_share(number, "3", 1.2)
    desk.work()
    assert set(desk.told(HEAD)) >= {"assigned", "soon", "late"}
    said = " ".join(whole(mail) for mail in post.taken)
    title = desk.open_task(number, "3").title
    for word in (SUBJECT, NOTE, number, title):
        assert word not in said
    assert {str(mail["Subject"]) for mail in post.taken} <= {veiled(kind) for kind in Kind}
    for word in (SUBJECT, NOTE, title):
        assert word not in stored(desk)
    page = login(HEAD).get("/layanan/notifications").get_data(as_text=True)
    assert number in page
    assert title not in page


def test_a_sealed_letter_that_is_done_is_not_told_to_who_registered_it(desk: Desk) -> None:
    number = desk.letter(tertutup=True, asal="", hal="", keamanan="SR")
    desk.player.act(number, "2", record={"arahan": "Simpan.", "sifat": "biasa"})
    desk.player.act(number, "3", record={"jenis": ["arsip"]})
    desk.work()
    assert "ended" not in desk.told("staf-tu-menteri")


def test_a_hidden_reporter_is_nowhere(desk: Desk, post: Post, login: Login) -> None:
    reporter = "staf-akin-2"
    about = {"standard": "leadership_service", "identity": "rahasia"}
    number, _code = complain(login(reporter), text=f"{SUBJECT} belum dijawab.", **about)
    desk.work()
    (notice,) = desk.notices()
    name, address = f"p{desk.person(reporter)}@kantor.test", desk.address(reporter)
    said = " ".join(whole(mail) for mail in post.taken)
    for word in (SUBJECT, number, name, address):
        assert word not in said
    assert SUBJECT not in stored(desk)
    assert notice.person_id != desk.person(reporter)
    assert notice.step == ""
    assert notice.private


def test_whoever_a_complaint_is_about_hears_nothing(
    desk: Desk, post: Post, login: Login, session: Session
) -> None:
    subject = str(position_by_code(session, "karo-otlak").id)
    about = {"standard": "performance_agreement", "about": subject, "kind": "keluhan"}
    browser = login("staf-tu-setmen")
    number, _code = complain(browser, text="Keluhan tentang pejabat.", **about)
    desk.work()
    handlers = [notice for notice in desk.notices() if notice.number == number]
    assert handlers
    task = session.get_one(CaseTask, handlers[0].task_id)
    assert task.due is not None
    desk.clock.set(task.due)
    desk.work()
    desk.later(minutes=1)
    desk.work()
    assert {"late"} <= {notice.kind for notice in desk.notices()}
    assert desk.told("karo-otlak") == []
    assert post.to(desk.address("karo-otlak")) == []


def test_nobody_reads_the_notices_of_others(desk: Desk, login: Login) -> None:
    number = desk.letter()
    desk.work()
    (mine,) = [notice for notice in desk.notices() if notice.person_id == desk.person(LEADER)]
    for who in ("sesmen", "admin"):
        browser = login(who)
        assert number not in browser.get("/layanan/notifications").get_data(as_text=True)
        token = browser.csrf_token("/layanan/notifications")
        answer = browser.post(
            f"/layanan/notifications/{mine.id}/dibaca", data={"csrf_token": token}
        )
        assert answer.status_code == 404
    desk.session.expire_all()
    assert [n.read_at for n in desk.notices() if n.id == mine.id] == [None]
