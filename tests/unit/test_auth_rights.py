"""The one place that decides: default deny, one policy per action, vetoes."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.auth import rights
from portal.auth.rights import Actor, Holding, can, policy, require
from portal.errors import Forbidden
from portal.org.models import HolderKind

HOLDING = Holding(7, "karo-otlak", "Kepala Biro", 3, HolderKind.DEFINITIVE, "")
ACTOR = Actor(1, "Kepala Biro", "karo-otlak", False, (HOLDING,))
ADMIN = Actor(2, "Administrator", "admin", True, ())


def may_hold(actor: Actor, obj: object | None) -> bool:
    return obj in actor.position_ids


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "_policies", dict(rights._policies))


def test_an_unknown_action_is_denied_even_to_administrators() -> None:
    assert not can(ADMIN, "nothing.known")
    with pytest.raises(Forbidden):
        require(ADMIN, "nothing.known")


def test_a_policy_sees_actor_and_object() -> None:
    policy("sample.act")(may_hold)
    assert can(ACTOR, "sample.act", 7)
    assert not can(ACTOR, "sample.act", 8)
    assert not can(ADMIN, "sample.act", 7)


def test_an_action_is_decided_once() -> None:
    policy("sample.act")(may_hold)
    policy("sample.act")(may_hold)
    with pytest.raises(ValueError, match=r"sample\.act"):
        policy("sample.act")(rights.administrators)


def test_accounts_are_for_administrators() -> None:
    assert can(ADMIN, "system.accounts")
    assert not can(ACTOR, "system.accounts")


def test_a_veto_forbids_and_never_allows() -> None:
    policy("sample.act")(may_hold)
    app, other = Flask("one"), Flask("two")
    rights.add_veto(lambda actor, action, obj: action != "sample.act", app)
    rights.add_veto(lambda actor, action, obj: True, app)
    with app.app_context():
        assert not can(ACTOR, "sample.act", 7)
        assert not can(ACTOR, "nothing.known")
        assert can(ADMIN, "system.accounts")
    with other.app_context():
        assert can(ACTOR, "sample.act", 7)
