"""The one door of every act: whether it may be done at all, and whether it was done already.

Whose turn a step is stands in ``turns.right_to``, who manages a case in
``starting.manages``. Here a plugin may forbid what these would allow, and the key of the
form that is sent is compared: a second click gets the first answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal import clock
from portal.auth.rights import Actor, can, policy
from portal.errors import Forbidden, Invalid
from portal.workflow.models import Act, Case, Task

ACT = "workflow.act"


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What somebody is about to do: the ``resource`` of the permission ``workflow.act``.

    ``kind``: start, act, claim, hand-over, withdraw, release, suspend, resume, cancel, move,
    ask, answer, withdraw-question or unseal, and those of other domains. ``case`` is the
    case or lane, None for a start; ``task`` the step, None for an act on a whole case;
    ``outcome`` of an act is the one sent, ``return`` included.
    """

    kind: str
    workflow: str
    case: Case | None = None
    task: Task | None = None
    outcome: str = ""


policy(ACT)(lambda actor, obj: isinstance(obj, ActRequest))


def permit(actor: Actor, request: ActRequest) -> None:
    """Raise :class:`Forbidden` when a plugin does not let the person do this."""
    if not can(actor, ACT, request):
        raise Forbidden(
            _(
                "Aturan pelayanan ini tidak mengizinkan Anda melakukan tindakan ini. Hubungi "
                "penanggung jawab pelayanan bila menurut Anda ini keliru."
            )
        )


def enter(
    session: Session, actor: Actor, request: ActRequest, form_key: str, place: Task | Case | None
) -> Act | None:
    """Let an act in: None for a new form, the first answer for one that was sent before.

    ``place`` is the task or case that the form is about, None for a start.

    Raises:
        Invalid: the form has no key, or its key belongs to something else.
        Forbidden: a plugin does not let the person do this.
    """
    if not form_key:
        raise Invalid(_("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
    first = session.get(Act, form_key)
    if first is None:
        permit(actor, request)
        return None
    about = first.case_id if isinstance(place, Case) else first.task_id
    same = place is None or about == place.id
    if first.person_id != actor.person_id or first.kind != request.kind or not same:
        raise Invalid(_("Formulir ini sudah dipakai. Muat ulang halaman, lalu kirim lagi."))
    return first


def remember(session: Session, form_key: str, actor: Actor, place: Task | Case, kind: str) -> None:
    """Note the key of a form that is being carried out, so that a second click repeats nothing."""
    task = place if isinstance(place, Task) else None
    session.add(
        Act(
            form_key=form_key,
            person_id=actor.person_id,
            case_id=place.id if isinstance(place, Case) else place.case_id,
            task_id=None if task is None else task.id,
            kind=kind,
            at=clock.now(),
        )
    )
