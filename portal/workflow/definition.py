"""What a procedure is, as frozen data: blocks, actors and starts.

Nothing in a definition is callable: effects, checks and own forms are names that
the owning plugin resolves. How a case moves through it is in ``routing.py``, how it is
stored in ``definition_json.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from portal.workflow.fields import Field

# --- who ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """The position bound to the role, the same in every case."""

    role: str


@dataclass(frozen=True, slots=True)
class OfUnit:
    """The role in the unit of the sub-case: bound there, or by the role's default."""

    role: str


@dataclass(frozen=True, slots=True)
class OfCoordinator:
    """The role in the unit that coordinates the unit of the sub-case."""

    role: str


@dataclass(frozen=True, slots=True)
class ByField:
    """The role by a field of the start (which office, which leader).

    The field's value is a unit's code or a key of the role's ``positions``.
    """

    role: str
    field: str


@dataclass(frozen=True, slots=True)
class FromCase:
    """The positions whose ids stand in the field of the case's data; ``role`` only names them."""

    role: str
    field: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Either of several actors; the first to act does the step."""

    actors: tuple[Single, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The position picked in the ``PickPosition`` field ``step.field`` of an earlier step."""

    field: str


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The position above the head of the case's unit (its second party)."""


Single = Fixed | OfUnit | OfCoordinator | ByField | FromCase | Chosen | Supervisor
Actor = Single | AnyOf
ActorLike = Actor | str


def actor(value: ActorLike) -> Actor:
    """A plain name is a fixed role."""
    return Fixed(value) if isinstance(value, str) else value


def any_of(*values: ActorLike) -> AnyOf:
    """Either of several actors or role names."""
    singles: list[Single] = []
    for value in values:
        one = actor(value)
        singles += one.actors if isinstance(one, AnyOf) else (one,)
    return AnyOf(tuple(singles))


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the standard.

    ``position``: code of the position that plays it until an administrator binds another.
    ``positions``: the same by unit code, for roles that depend on a unit.
    ``default``: ``head`` or ``staff`` of the unit, where no binding names one.
    """

    title: str
    _: KW_ONLY
    position: str = ""
    positions: tuple[tuple[str, str], ...] = ()
    default: str = ""


# --- what -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way to finish a step; ``label`` is the button."""

    key: str
    label: str


DONE = Outcome("done", "Selesaikan")
APPROVE = Outcome("approve", "Setujui dan teruskan")
SIGN = Outcome("sign", "Setujui dan tandatangani")
RETURN = "return"


@dataclass(frozen=True, slots=True)
class Since:
    """A clock starts at a recorded ``fact``; if nobody records it within ``wait`` after
    the fact ``fallback``, at the fallback."""

    fact: str
    fallback: str = ""
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Another official may record the act for the one named; the confirmation that
    follows is a detached task of the one named, titled ``confirm``.

    ``when``: a recorded field ``step.name`` and the values for which this is allowed;
    without it always.
    """

    by: Actor
    confirm: str
    when: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One step by one official. ``kind`` is ``task``, ``review`` or ``sign``.

    ``added``: not printed by the source. ``detached``: nothing waits for it; it lapses when
    the steps after it in its own sequence are done.
    ``when``: the step exists only if so (``released``: the lane was not waited for).
    """

    id: str
    title: str
    by: Actor
    _: KW_ONLY
    kind: str = "task"
    record: tuple[Field, ...] = ()
    form: str = ""
    outcomes: tuple[Outcome, ...] = (DONE,)
    back_to: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    effect: str = ""
    signs: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    output: str = ""
    added: bool = False
    detached: bool = False
    proxy: Proxy | None = None
    when: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A numbered step of the source with one limit (in the case's data: ``limit_field``)."""

    number: str
    title: str
    _: KW_ONLY
    steps: tuple[Block, ...] = ()
    limit: str = ""
    limit_field: str = ""
    since: Since | None = None
    added: bool = False


@dataclass(frozen=True, slots=True)
class Parallel:
    """Branches that run side by side; what follows waits for all."""

    id: str
    branches: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Branches by the outcome of a step (``on="3"``) or a recorded field (``on="3.kind"``).

    A branch opens for one value or for several, joined by ``|``.
    ``many``: the field may open several branches; what follows waits for those opened.
    """

    id: str
    _: KW_ONLY
    on: str
    branches: tuple[tuple[str, tuple[Block, ...]], ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class ForEachUnit:
    """A segment that every unit of the set ``over`` walks in its own lane, then a join.

    All blocks over the same set share one lane (sub-case) per unit: a lane enters a
    segment when the main case has reached it and its earlier segments are done.
    ``release_by``: the role that may go on without the late ones, with a reason.
    """

    id: str
    title: str
    _: KW_ONLY
    over: str
    steps: tuple[Block, ...]
    release_by: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """The end of a branch that goes back: the step ``to`` opens anew, in a new round.

    No return and no fault: the standard itself asks for another turn (a *telaahan*
    that goes back to the leader). What runs in other branches stays untouched.
    """

    id: str
    to: str


Block = Task | Stage | Parallel | Choice | ForEachUnit | Again


@dataclass(frozen=True, slots=True)
class Start:
    """A way to begin a case: who may, with which fields, and what it is called.

    ``by``: roles that may; empty means any user. ``title`` may name fields in braces.
    ``needs`` are the requirements (clause C) shown before the start.
    ``unique``: fields of which no two cases may have the same values, however close together
    they begin; a cancelled case does not count.
    ``manage``: who may suspend, resume and cancel (default: who may start).
    ``sealed_for``: while the field of that name is ticked, only the actor may read the
    case; everybody else sees number and dates, and ``sealed_title`` for its title.
    """

    key: str
    title: str
    case_title: str
    _: KW_ONLY
    by: tuple[str, ...] = ()
    record: tuple[Field, ...] = ()
    help: str = ""
    needs: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    manage: tuple[Actor, ...] = ()
    sealed_for: tuple[Actor, str] | None = None
    sealed_title: str = "Tertutup"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A procedure. ``number`` is the prefix of its case numbers (``PK`` → ``PK-2027-0001``)."""

    key: str
    title: str
    _: KW_ONLY
    number: str
    roles: tuple[tuple[str, Role], ...]
    starts: tuple[Start, ...]
    steps: tuple[Block, ...]

    def role(self, name: str) -> Role:
        """The role of that name; raises KeyError."""
        return dict(self.roles)[name]


# --- short forms for authors ----------------------------------------------------------


def _steps(values: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(values)


def task(id: str, title: str, *, by: ActorLike, **options: Any) -> Task:
    """A step in which an official does something; options as in :class:`Task`."""
    return Task(id, title, actor(by), **_tuples(options))


def review(id: str, title: str = "Memeriksa", *, by: ActorLike, **options: Any) -> Task:
    """A step in which an official checks what came before and may return it."""
    options.setdefault("outcomes", (APPROVE,))
    return Task(id, title, actor(by), kind="review", **_tuples(options))


def sign(id: str, title: str = "Menandatangani", *, by: ActorLike, **options: Any) -> Task:
    """A step in which an official signs: a recorded approval in the portal."""
    options.setdefault("outcomes", (SIGN,))
    return Task(id, title, actor(by), kind="sign", **_tuples(options))


def stage(number: str, title: str, *steps: Block, **options: Any) -> Stage:
    """A stage with its steps in order; options as in :class:`Stage`."""
    return Stage(number, title, steps=_steps(steps), **options)


def parallel(id: str, *branches: Sequence[Block]) -> Parallel:
    """Branches side by side, each a sequence of blocks."""
    return Parallel(id, tuple(_steps(branch) for branch in branches))


def choice(id: str, *, on: str, branches: dict[str, Sequence[Block]], many: bool = False) -> Choice:
    """Branches by outcome or field value."""
    pairs = tuple((key, _steps(steps)) for key, steps in branches.items())
    return Choice(id, on=on, branches=pairs, many=many)


def for_each_unit(
    id: str, title: str, *steps: Block, over: str, release_by: str = ""
) -> ForEachUnit:
    """A segment of every unit's lane."""
    return ForEachUnit(id, title, over=over, steps=_steps(steps), release_by=release_by)


def again(id: str, *, to: str) -> Again:
    """The end of a branch that goes back to an earlier step."""
    return Again(id, to)


def _tuples(options: dict[str, Any]) -> dict[str, Any]:
    for name in ("record", "outcomes", "back_to", "requires", "signs", "reviews"):
        value = options.get(name)
        if value is not None:
            options[name] = (value,) if isinstance(value, str) else tuple(value)
    return options
