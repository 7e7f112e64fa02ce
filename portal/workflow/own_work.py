"""One person in two places of a chain: the check of one's own draft is refused, else warned.

A chain is a document with the steps that check or sign it.
"""

from __future__ import annotations

from flask_babel import gettext as _

from portal.auth.rights import Actor, Holding
from portal.errors import Forbidden
from portal.workflow.definition import Task as Step
from portal.workflow.models import Case, TaskStatus
from portal.workflow.run import Run


def own_work(run: Run, case: Case, step: Step, actor: Actor, holding: Holding) -> tuple[str, ...]:
    """What the person is warned of; raises Forbidden for the check of one's own draft."""
    checked = _documents(run, step)
    mine = [
        row
        for case_id in dict.fromkeys((case.id, run.root.id))
        for row in run.rows[case_id].values()
        if row.status == TaskStatus.DONE and row.person_id == actor.person_id
    ]
    drafted = any(row.step in checked for row in mine)
    if drafted and step.kind == "review":
        raise Forbidden(
            _(
                "Anda menyusun dokumen ini, jadi tidak dapat memeriksanya sendiri. "
                "Serahkan tugas kepada pejabat lain yang berhak."
            )
        )
    if drafted:
        return (_("Anda juga menyusun dokumen yang ditandatangani; hal ini dicatat."),)
    before = [
        row.step
        for row in mine
        if row.position_id != holding.position_id
        and checked & _documents(run, run.plan.step(row.step))
    ]
    if before:
        return (
            _(
                "Anda sudah memeriksa dokumen ini dalam jabatan lain (langkah %(steps)s); "
                "hal ini dicatat.",
                steps=", ".join(sorted(before)),
            ),
        )
    return ()


def _documents(run: Run, step: Step) -> set[str]:
    """Ids of the steps whose records this step checks or signs."""
    known = {key for tree in (run.plan.main, *run.plan.lanes.values()) for key in tree.leaves}
    names = (*step.reviews, *step.signs)
    return {name if name in known else name.rpartition(".")[0] for name in names}
