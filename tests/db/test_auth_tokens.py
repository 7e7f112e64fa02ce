"""Sessions: idle and absolute limits, revoking, and the rights that follow the holder."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import clock
from portal.auth import accounts, tokens
from portal.auth.rights import actor_of
from portal.org.models import Holder, HolderKind, Position, PositionKind, Unit


def a_person(session: Session, username: str = "staf-contoh") -> int:
    account = accounts.create_account(
        session, name="Staf Contoh", username=username, password_hash="unused"
    )
    return account.person_id


def test_a_session_ends_after_an_hour_without_use(session: Session, frozen_clock: Any) -> None:
    token = tokens.issue(session, a_person(session))
    frozen_clock.forward(minutes=59)
    found = tokens.find(session, token)
    assert found is not None
    assert found.stale
    tokens.touch(session, found.session_id)
    frozen_clock.forward(minutes=59)
    assert tokens.find(session, token) is not None
    frozen_clock.forward(minutes=2)
    assert tokens.find(session, token) is None


def test_a_session_ends_after_twelve_hours_in_use(session: Session, frozen_clock: Any) -> None:
    token = tokens.issue(session, a_person(session))
    for _ in range(23):
        frozen_clock.forward(minutes=30)
        found = tokens.find(session, token)
        assert found is not None
        tokens.touch(session, found.session_id)
    frozen_clock.forward(minutes=30)
    assert tokens.find(session, token) is None


def test_the_last_use_is_written_once_a_minute(session: Session, frozen_clock: Any) -> None:
    token = tokens.issue(session, a_person(session))
    frozen_clock.forward(seconds=59)
    found = tokens.find(session, token)
    assert found is not None
    assert not found.stale


def test_revoking_is_for_ones_own_sessions(session: Session, frozen_clock: Any) -> None:
    mine, other = a_person(session), a_person(session, "orang-lain")
    token = tokens.issue(session, mine)
    found = tokens.find(session, token)
    assert found is not None
    assert not tokens.revoke(session, other, found.session_id)
    assert tokens.find(session, token) is not None
    assert tokens.revoke(session, mine, found.session_id)
    assert not tokens.revoke(session, mine, found.session_id)
    assert tokens.find(session, token) is None
    assert tokens.owner_of(session, token) == mine


def test_rows_long_ended_are_dropped(session: Session, frozen_clock: Any) -> None:
    person_id = a_person(session)
    old = tokens.issue(session, person_id)
    frozen_clock.forward(days=29)
    tokens.issue(session, person_id)
    assert tokens.owner_of(session, old) == person_id
    frozen_clock.forward(days=2)
    tokens.issue(session, person_id)
    assert tokens.owner_of(session, old) is None


def test_an_unknown_token_is_nobody(session: Session) -> None:
    assert tokens.find(session, "") is None
    assert tokens.owner_of(session, "unknown") is None


def test_positions_of_the_day_in_one_query(session: Session, frozen_clock: Any) -> None:
    person_id = a_person(session)
    unit = Unit(code="biro", name="Biro Contoh", kind="biro", valid_from=date(2020, 1, 1))
    session.add(unit)
    session.flush()
    posts = [
        Position(
            code=code,
            title=code.title(),
            unit_id=unit.id,
            kind=PositionKind.OTHER,
            valid_from=date(2020, 1, 1),
            valid_to=until,
        )
        for code, until in [("now", None), ("past", None), ("closed", date(2025, 1, 1))]
    ]
    session.add_all(posts)
    session.flush()
    today = clock.now().date()
    for post, kind, until in [
        (posts[0], HolderKind.PLT, today),
        (posts[1], HolderKind.DEFINITIVE, date(2026, 11, 22)),
        (posts[2], HolderKind.DEFINITIVE, None),
    ]:
        session.add(
            Holder(
                position_id=post.id,
                person_id=person_id,
                kind=kind,
                mandate="Surat perintah contoh",
                valid_from=date(2021, 1, 1),
                valid_to=until,
            )
        )
    session.flush()
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda c, u, sql, *rest: statements.append(sql))
    actor = actor_of(session, person_id)
    assert len(statements) == 1
    assert [holding.position_code for holding in actor.holdings] == ["now"]
    assert actor.holdings[0].kind is HolderKind.PLT
    assert actor.holdings[0].mandate == "Surat perintah contoh"
    assert actor.position_ids == {posts[0].id}
    before = actor_of(session, person_id, on=date(2024, 6, 1))
    assert {holding.position_code for holding in before.holdings} == {"now", "past", "closed"}
