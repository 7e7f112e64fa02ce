"""Who may do what: the one place that decides, and it denies by default.

Rights follow positions: an :class:`Actor` is a person with the positions held
on a day. Domains register one policy per action at import; the plugin host adds
vetoes. Whether somebody is logged in is decided in ``portal.auth.session``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import Flask, current_app, g, has_app_context
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.db import db
from portal.errors import Forbidden, NotFound
from portal.org.dates import in_force, today
from portal.org.models import Holder, HolderKind, Person, Position


@dataclass(frozen=True, slots=True)
class Holding:
    """A position held by a person; ``mandate`` is the order of a Plt./Plh., else empty."""

    position_id: int
    position_code: str
    title: str
    unit_id: int
    kind: HolderKind
    mandate: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the rights see them; ``username`` is empty without an account."""

    person_id: int
    name: str
    username: str
    is_admin: bool
    holdings: tuple[Holding, ...]

    @property
    def position_ids(self) -> frozenset[int]:
        """Ids of the positions held on the day the actor was loaded for."""
        return frozenset(holding.position_id for holding in self.holdings)


Policy = Callable[[Actor, object | None], bool]
Veto = Callable[[Actor, str, object | None], bool]
PolicyT = TypeVar("PolicyT", bound=Policy)

_policies: dict[str, Policy] = {}
_VETOES = "portal_vetoes"


def policy(action: str) -> Callable[[PolicyT], PolicyT]:
    """Register the function ``(actor, obj) -> bool`` that decides one action.

    Raises:
        ValueError: another function already decides this action.
    """

    def register(function: PolicyT) -> PolicyT:
        before = _policies.get(action)
        if before is not None and _name(before) != _name(function):
            raise ValueError(f"action {action!r} is already decided by {_name(before)}")
        _policies[action] = function
        return function

    return register


def add_veto(veto: Veto, app: Flask | None = None) -> None:
    """Let ``veto(actor, action, obj)`` forbid by returning False; it can never allow.

    ``app`` is the application it holds for (default: the current one).
    """
    target = app if app is not None else current_app
    target.extensions.setdefault(_VETOES, []).append(veto)


def can(actor: Actor, action: str, obj: object | None = None) -> bool:
    """True when a policy allows the action and no veto stands against it."""
    function = _policies.get(action)
    if function is None or not function(actor, obj):
        return False
    vetoes: list[Veto] = current_app.extensions.get(_VETOES, []) if has_app_context() else []
    return all(veto(actor, action, obj) is not False for veto in vetoes)


def require(actor: Actor, action: str, obj: object | None = None) -> None:
    """Raise :class:`Forbidden` unless :func:`can` allows the action."""
    if not can(actor, action, obj):
        raise Forbidden(_("Anda tidak berhak melakukan tindakan ini."))


def administrators(actor: Actor, obj: object | None = None) -> bool:
    """The policy of administration: ``policy("system.calendar")(administrators)``."""
    return actor.is_admin


policy("system.accounts")(administrators)


def actor_of(session: Session, person_id: int, on: date | None = None) -> Actor:
    """Load a person with the positions held on a day (default: today), in one query.

    Raises:
        NotFound: there is no such person.
    """
    day = on if on is not None else today()
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Account.username,
            Account.is_admin,
            Holder.kind,
            Holder.mandate,
            Position.id,
            Position.code,
            Position.title,
            Position.unit_id,
        )
        .outerjoin(Account, and_(Account.person_id == Person.id, Account.disabled_at.is_(None)))
        .outerjoin(Holder, and_(Holder.person_id == Person.id, in_force(Holder, day)))
        .outerjoin(Position, and_(Position.id == Holder.position_id, in_force(Position, day)))
        .where(Person.id == person_id)
        .order_by(Holder.valid_from, Holder.id)
    ).all()
    if not rows:
        raise NotFound(_("Orang itu tidak ditemukan."))
    _id, name, username, is_admin = rows[0][:4]
    holdings = tuple(
        Holding(position_id, code, title, unit_id, HolderKind(kind), mandate)
        for *_person, kind, mandate, position_id, code, title, unit_id in rows
        if position_id is not None
    )
    return Actor(person_id, name, username or "", bool(is_admin), holdings)


def current_actor() -> Actor:
    """The logged-in person; raises :class:`Forbidden` for an anonymous visitor."""
    person_id = getattr(current_user, "person_id", None)
    if person_id is None:
        raise Forbidden(_("Silakan masuk lebih dahulu."))
    actor: Actor | None = g.get("portal_actor")
    if actor is None or actor.person_id != person_id:
        actor = g.portal_actor = actor_of(db.session(), person_id)
    return actor


def _name(function: Policy) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
