"""Who may do what: the one place that decides, and it denies by default.

Rights follow positions: an :class:`Actor` is a person with the positions held
on a day. Domains register one policy per action at import; the plugin host adds
vetoes. Whether somebody is logged in is decided in ``portal.auth.session``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_app_context
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import (
    CompoundSelect,
    String,
    and_,
    cast,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from portal.auth.models import Account
from portal.db import db
from portal.errors import Forbidden, NotFound
from portal.org.dates import in_force, today
from portal.org.delegations import counts_on, mandate_text
from portal.org.models import Delegation, Holder, HolderKind, Person, Position


@dataclass(frozen=True, slots=True)
class Holding:
    """A position for which a person may act.

    ``mandate`` is the order of a Plt./Plh., of a delegate who gave the work and when;
    else empty.
    """

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
        """Ids of the positions held on the day the actor was loaded for, delegated ones too."""
        return frozenset(holding.position_id for holding in self.holdings)

    @property
    def own_position_ids(self) -> frozenset[int]:
        """Ids of the positions held, without those that were only delegated."""
        return frozenset(holding.position_id for holding in self.own_holdings)

    @property
    def own_holdings(self) -> tuple[Holding, ...]:
        """The positions held, without those that were only delegated."""
        return tuple(each for each in self.holdings if each.kind != HolderKind.DELEGATE)


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

    Positions that were delegated to the person come last, as ``HolderKind.DELEGATE``.

    Raises:
        NotFound: there is no such person.
    """
    day = on if on is not None else today()
    seats = _seats(person_id, day).subquery()
    rows = session.execute(
        select(
            Person.name,
            Account.username,
            Account.is_admin,
            seats.c.kind,
            seats.c.mandate,
            seats.c.giver,
            seats.c.first,
            seats.c.last,
            Position.id,
            Position.code,
            Position.title,
            Position.unit_id,
        )
        .outerjoin(Account, and_(Account.person_id == Person.id, Account.disabled_at.is_(None)))
        .outerjoin(seats, true())
        .outerjoin(Position, and_(Position.id == seats.c.position_id, in_force(Position, day)))
        .where(Person.id == person_id)
        .order_by(seats.c.rank, seats.c.first, seats.c.id)
    ).all()
    if not rows:
        raise NotFound(_("Orang itu tidak ditemukan."))
    name, username, is_admin = rows[0][:3]
    holdings = tuple(
        Holding(
            position_id,
            code,
            title,
            unit_id,
            HolderKind(kind),
            mandate if giver is None else mandate_text(giver, first, last),
        )
        for *_person, kind, mandate, giver, first, last, position_id, code, title, unit_id in rows
        if position_id is not None
    )
    return Actor(person_id, name, username or "", bool(is_admin), holdings)


def _seats(person_id: int, day: date) -> CompoundSelect[Any]:
    """What the person holds on the day, and what others have delegated to the person."""
    held = select(
        literal(0).label("rank"),
        Holder.id.label("id"),
        Holder.position_id.label("position_id"),
        Holder.kind.label("kind"),
        Holder.mandate.label("mandate"),
        Holder.valid_from.label("first"),
        Holder.valid_to.label("last"),
        cast(null(), String).label("giver"),
    ).where(Holder.person_id == person_id, in_force(Holder, day))
    giver = aliased(Person)
    delegated = (
        select(
            literal(1),
            Delegation.id,
            Delegation.position_id,
            literal(str(HolderKind.DELEGATE)),
            literal(""),
            Delegation.valid_from,
            Delegation.valid_to,
            giver.name,
        )
        .join(giver, giver.id == Delegation.from_person_id)
        .where(Delegation.to_person_id == person_id, counts_on(day))
    )
    return union_all(held, delegated)


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
