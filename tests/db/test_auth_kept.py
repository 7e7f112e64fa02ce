"""Kept forms: whose they are, what is left out, how long they stay."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth import accounts, kept
from portal.auth.models import KeptPost
from portal.auth.rights import actor_of

FIELDS = [("title", "Rencana kerja"), ("row", "satu"), ("row", "dua"), ("form_key", "k" * 20)]


def a_person(session: Session, username: str = "staf-contoh") -> int:
    account = accounts.create_account(
        session, name="Staf Contoh", username=username, password_hash="unused"
    )
    return account.person_id


def keep(session: Session, person_id: int, path: str = "/form", **more: str) -> int:
    row_id = kept.keep(session, person_id, path, [*FIELDS, *more.items()])
    assert row_id is not None
    return row_id


def test_fields_come_back_in_order_for_their_person_only(app: Flask, session: Session) -> None:
    mine, other = a_person(session), a_person(session, "orang-lain")
    row_id = keep(session, mine)
    session.commit()
    with app.test_request_context(f"/form?pulihkan={row_id}"):
        fields = kept.kept_fields(actor_of(session, mine), "/form")
        assert fields is not None
        assert fields["title"] == "Rencana kerja"
        assert fields.getlist("row") == ["satu", "dua"]
        assert kept.kept_fields(actor_of(session, other), "/form") is None
        assert kept.kept_fields(actor_of(session, mine), "/other") is None
    with app.test_request_context("/form"):
        assert kept.kept_fields(actor_of(session, mine), "/form") is None


def test_passwords_and_tokens_are_never_kept(session: Session) -> None:
    row_id = keep(session, a_person(session), new_password="x", kata_sandi="y", csrf_token="z")
    row = session.get_one(KeptPost, row_id)
    assert [name for name, _ in row.fields] == ["title", "row", "row", "form_key"]


def test_nothing_typed_keeps_nothing(session: Session) -> None:
    person_id = a_person(session)
    assert kept.keep(session, person_id, "/form", [("csrf_token", "z"), ("form_key", "k")]) is None
    assert kept.keep(session, person_id, "/form", [("password", "z")]) is None
    assert kept.keep(session, person_id, "/form", [("title", "x" * kept.LARGEST)]) is None


def test_a_second_click_keeps_one(session: Session) -> None:
    person_id = a_person(session)
    assert keep(session, person_id) == keep(session, person_id)
    assert keep(session, person_id, "/other") != keep(session, person_id)


def test_only_the_last_twenty_stay_and_for_a_week(session: Session, frozen_clock: Any) -> None:
    person_id = a_person(session)
    ids = [keep(session, person_id, f"/form/{number}") for number in range(25)]
    assert [row.id for row in kept.kept_forms(session, person_id)] == ids[:4:-1]
    frozen_clock.forward(days=8)
    assert kept.find(session, person_id, ids[-1]) is None
    assert kept.kept_forms(session, person_id) == []
    last = keep(session, person_id)
    assert session.scalars(select(KeptPost.id)).all() == [last]


def test_forgetting_is_by_person_and_path(session: Session) -> None:
    mine, other = a_person(session), a_person(session, "orang-lain")
    keep(session, mine)
    elsewhere, theirs = keep(session, mine, "/other"), keep(session, other)
    kept.forget(session, mine, "/form")
    kept.discard(session, mine, theirs)
    assert set(session.scalars(select(KeptPost.id))) == {elsewhere, theirs}


def test_addresses_carry_one_parameter() -> None:
    assert kept.with_parameter("/form", 3) == "/form?pulihkan=3"
    assert kept.with_parameter("/form?a=1&pulihkan=2", 3) == "/form?a=1&pulihkan=3"
