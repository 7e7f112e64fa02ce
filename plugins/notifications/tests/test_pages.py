"""The page of one's own notices and the bell: order, filter, pages, reading, what is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from plugins.notifications.models import Notice
from plugins.notifications.reading import PAGE
from plugins.notifications.tests.desk import LEADER, Desk
from plugins.notifications.tests.post import Post
from portal.api import Person
from portal.testing.client import PortalClient

Login = Callable[[str], PortalClient]
HOME = "/layanan/notifications"
TITLES = re.compile(r'class="queue-title"[^>]*>([^<]*)<')
NEXT = re.compile(r'rel="next" href="([^"]*)"')


def page(browser: PortalClient, address: str = HOME) -> str:
    """A page of notices."""
    response = browser.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def fill(desk: Desk, count: int, *, read: int = 0) -> list[int]:
    """So many notices of ended requests for the leader, the first ``read`` of them read."""
    person, now = desk.person(LEADER), desk.clock.now
    rows = [
        Notice(
            key=f"test:{n}",
            person_id=person,
            kind="ended",
            root_id=10_000 + n,
            number=f"UJI-2026-{n:04}",
            step="",
            private=False,
            path=f"/kasus/UJI-2026-{n:04}",
            at=now - timedelta(minutes=count - n),
            zone="Asia/Jakarta",
            read_at=now if n < read else None,
        )
        for n in range(count)
    ]
    desk.session.add_all(rows)
    desk.session.commit()
    return [row.id for row in rows]


def numbers(text: str) -> list[str]:
    """The case numbers in the order of the list."""
    return re.findall(r'class="queue-title" href="/kasus/([^"]*)"', text)


def test_unread_come_first_and_every_page_leads_to_the_next(desk: Desk, login: Login) -> None:
    fill(desk, 60, read=30)
    browser, found, address = login(LEADER), [], HOME
    for _page in range(3):
        text = page(browser, address)
        found.append(numbers(text))
        after = NEXT.search(text)
        address = after[1].replace("&amp;", "&") if after else ""
    assert [len(each) for each in found] == [PAGE, PAGE, 10]
    assert address == ""
    order = [int(number[-4:]) for each in found for number in each]
    assert order == [*range(59, 29, -1), *range(29, -1, -1)]


def test_the_filter_stands_in_the_address_and_shows_the_unread_only(
    desk: Desk, login: Login
) -> None:
    fill(desk, 40, read=10)
    browser = login(LEADER)
    text = page(browser, f"{HOME}?saring=belum")
    assert len(numbers(text)) == PAGE
    after = NEXT.search(text)
    assert after is not None
    rest = page(browser, after[1].replace("&amp;", "&"))
    assert len(numbers(rest)) == 5
    assert min(int(number[-4:]) for number in numbers(rest)) == 10


def test_one_is_marked_and_then_all_that_were_shown(desk: Desk, login: Login) -> None:
    ids = fill(desk, 3)
    browser = login(LEADER)
    answer = browser.submit(HOME, {}, action=f"{HOME}/{ids[0]}/dibaca")
    assert answer.status_code == 303
    shown = browser.form(HOME, f"{HOME}/dibaca")
    late = Notice(
        key="late", person_id=desk.person(LEADER), kind="answered", root_id=1, number="X",
        step="", private=True, path="/pengaduan/X", at=desk.clock.now, zone="",
    )  # fmt: skip
    desk.session.add(late)
    desk.session.commit()
    assert browser.send(shown, page=HOME).status_code == 303
    desk.session.expire_all()
    assert [row.key for row in desk.notices() if row.read_at is None] == ["late"]
    assert "1 belum dibaca" in page(browser)


def test_an_empty_page_says_so_and_the_bell_is_silent(login: Login) -> None:
    browser = login("sesmil")
    text = page(browser)
    assert "Belum ada notifikasi" in text
    assert "bell-count" not in text
    assert "Tidak ada yang belum dibaca" in page(browser, f"{HOME}?saring=belum")


def test_the_bell_counts_to_99_on_every_page(desk: Desk, login: Login) -> None:
    fill(desk, 120)
    browser = login(LEADER)
    for address in ("/tugas", "/profil", "/standar"):
        assert ">99+</span>" in page(browser, address)


@pytest.mark.parametrize("cursor", ["x", "b~x~1", "b~2026-11-23T02:00:00~1", "q~2026-11-23~1",
                                    "b~2026-11-23T02:00:00+00:00~99999999999"])  # fmt: skip
def test_a_cursor_typed_by_hand_is_a_bad_request(login: Login, cursor: str) -> None:
    response = login(LEADER).get(HOME, query_string={"setelah": cursor})
    assert response.status_code == 400


def test_kinds_can_be_turned_off_one_by_one(desk: Desk, login: Login, post: Post) -> None:
    browser = login(LEADER)
    form = browser.form(HOME, f"{HOME}/surel")
    assert dict(form.fields)["assigned"]
    assert browser.submit(HOME, {"assigned": None}, action=f"{HOME}/surel").status_code == 303
    assert "assigned" not in dict(browser.form(HOME, f"{HOME}/surel").fields)
    number = desk.letter()
    desk.work()
    desk.pass_share(number, "2", 0.8)
    desk.work()
    assert desk.told(LEADER) == ["assigned", "soon"]
    assert ["Tiga perempat" in mail["Subject"] for mail in post.to(desk.address(LEADER))] == [True]


def test_who_has_no_address_is_told_what_to_do(desk: Desk, session: Session, login: Login) -> None:
    browser = login(LEADER)
    assert desk.address(LEADER) in page(browser)
    session.execute(update(Person).values(email=""))
    assert "belum tercatat" in page(browser)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []
    engine = session.get_bind()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_bell_costs_one_statement_and_the_page_fifteen_at_most(
    desk: Desk, session: Session, login: Login
) -> None:
    fill(desk, 60, read=30)
    browser = login(LEADER)
    browser.get("/tugas")
    with statements(session) as seen:
        browser.get("/tugas")
    assert sum("nt_notice" in statement for statement in seen) == 1
    assert len(seen) <= 15
    with statements(session) as seen:
        browser.get(HOME)
    assert len(seen) <= 15
