"""Going on without the units that are late: which are waited for, who may, and doing it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.auth.rights import Actor, Holding
from portal.errors import Conflict, Forbidden
from portal.workflow.acting import moving, signature
from portal.workflow.control import log_act, reason_of, sent_before
from portal.workflow.definition import Fixed, ForEachUnit
from portal.workflow.models import Case
from portal.workflow.run import Run, lock_run
from portal.workflow.settle import settle
from portal.workflow.starting import NOWHERE


def release(session: Session, root_id: int, actor: Actor, reason: str, form_key: str) -> int:
    """Go on without the late lanes of the block the case waits for; returns how many.

    A repeated ``form_key`` releases no more.

    Raises:
        Forbidden: the block names another role.
        Conflict: nothing is waited for.
    """
    run = lock_run(session, root_id)
    if sent_before(run, actor, "release", form_key):
        return 0
    block, holding = may_release(run, actor)
    text = reason_of(reason)
    late = late_lanes(run, block)
    for lane in late:
        lane.released, lane.released_reason = True, text
    run.changed()
    data: dict[str, object] = {"lanes": [lane.number for lane in late], "reason": text}
    log_act(run, "released", actor, signature(actor, holding), data)
    settle(run, came_from=holding.title)
    return len(late)


def may_release(run: Run, actor: Actor) -> tuple[ForEachUnit, Holding]:
    """What is waited for, and under which holding the person may go on without it.

    Raises:
        Forbidden, Conflict: as :func:`release`.
    """
    moving(run)
    block = waiting_block(run)
    if block is None or not block.release_by:
        raise Conflict(_("Kasus ini tidak sedang menunggu satuan organisasi."))
    positions = run.cast.positions(Fixed(block.release_by), NOWHERE)
    holding = next((h for h in actor.holdings if h.position_id in positions), None)
    if holding is None:
        raise Forbidden(_("Hanya pejabat yang ditetapkan yang dapat melanjutkan tanpa menunggu."))
    return block, holding


def waiting_block(run: Run) -> ForEachUnit | None:
    """The ``ForEachUnit`` that the main case waits for, if any."""
    for key in run.frontier(run.root)[0]:
        block = run.plan.main.leaves[key].block
        if isinstance(block, ForEachUnit):
            return block
    return None


def late_lanes(run: Run, block: ForEachUnit) -> list[Case]:
    """The lanes that still hold up the block."""
    tree = run.plan.lanes[block.over]
    node = next(each for each in tree.root.children if each.id == block.id)
    return [
        lane
        for lane in run.lanes(block.over)
        if not lane.released and not tree.complete(node, run.progress(lane))
    ]
