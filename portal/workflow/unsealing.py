"""Opening a sealed case: an act of those who alone may read it, with a reason, for good.

From then on the ordinary rights hold. Nobody else may, administrators and delegates no
more than others; there is no way back, because what was read cannot be unread.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.auth.rights import Actor, Holding
from portal.errors import Conflict, Forbidden, MissingReason
from portal.events import CaseUnsealed
from portal.workflow.acting import signature
from portal.workflow.barring import is_barred
from portal.workflow.behaviours import behaviours
from portal.workflow.control import sent_before
from portal.workflow.models import Case, SealedReader
from portal.workflow.run import lock_run


def unsealer(session: Session, actor: Actor, root: Case) -> Holding:
    """The position of one's own under which this person may open the sealed case.

    Raises:
        Forbidden: it is not one of the case's readers.
    """
    readers = set(
        session.scalars(select(SealedReader.position_id).where(SealedReader.case_id == root.id))
    )
    mine = [each for each in actor.own_holdings if each.position_id in readers]
    if not mine or is_barred(session, actor, root.id):
        raise Forbidden(_("Hanya pejabat yang dituju yang dapat membuka kasus tertutup."))
    return mine[0]


def unseal(
    session: Session, root_id: int, actor: Actor, reason: str, form_key: str, *, title: str = ""
) -> Case:
    """Open the case to the ordinary rights; ``title`` is what it is called from now on.

    A repeated ``form_key`` changes nothing more.

    Raises:
        Forbidden: as :func:`unsealer`.
        MissingReason: no reason was written.
        Conflict: it is not sealed (any more).
    """
    run = lock_run(session, root_id)
    root = run.root
    holding = unsealer(session, actor, root)
    if sent_before(run, actor, "unseal", form_key):
        return root
    if not root.sealed:
        raise Conflict(_("Kasus ini tidak tertutup, atau sudah dibuka."))
    if not reason.strip():
        message = _("Alasan wajib diisi.")
        raise MissingReason(
            _("Tulis alasannya agar semua pihak memahami keputusan ini."), {"reason": message}
        )
    root.sealed = False
    root.title = title.strip() or root.title
    root.version += 1
    audit.append(
        session,
        run.chain,
        "unsealed",
        {"case": root.number, "title": root.title, "reason": reason.strip()},
        actor=signature(actor, holding),
        person_id=actor.person_id,
        case_id=root.id,
    )
    event = CaseUnsealed(
        case_id=root.id, number=root.number, plugin=root.plugin, workflow=root.workflow
    )
    behaviours().event(session, event)
    return root
