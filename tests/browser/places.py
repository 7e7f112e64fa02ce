"""The addresses of the staged portal behind the braces of ``tests.browser.pages``."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from tests.browser.pages import ADMINISTRATOR, OFFICIAL
from tests.browser.stage import PLUGIN, Stage, drafted


def places(stage: Stage) -> dict[str, str]:
    """What the braces stand for; makes what the demo has not, once."""
    if not stage.places:
        found = of_the_demo(stage)
        begun = stage.case()
        directed = stage.case(lambda play: play.act("1a", record={"arahan": "Siapkan semuanya."}))
        shared = stage.case(drafted)
        found |= {
            "begun": begun.number,
            "open": _last(stage.task(begun.number, "1a")),
            "directed": directed.number,
            "done": _last(stage.task(directed.number, "1a", status="done")),
            "shared": shared.number,
            "common": _last(stage.task(shared.number, "2b.I")),
            "ended": _last(stage.task(found["audience"], "4b4.selesai")),
            "sent_back": _last(stage.task(found["returned"], "2a.II")),
        }
        stage.places.update(found | stage.change(_made) | stage.ask(_asked))
        stage.work()
    return stage.places


def of_the_demo(stage: Stage) -> dict[str, str]:
    """The places that the demo itself has."""
    found: dict[str, str] = stage.ask(_found)
    return found | {"mend": _last(stage.task(found["mending"], "4"))}


def _last(address: str) -> str:
    return address.rpartition("/")[2]


def _found(session: Any) -> dict[str, str]:
    from sqlalchemy import select

    from portal.auth.models import Account
    from portal.complaints.models import Complaint
    from portal.org.models import Holder
    from portal.publishing.models import Publication
    from portal.workflow.models import Case

    roots = select(Case).where(Case.parent_id.is_(None), Case.plugin == PLUGIN)
    cases = session.scalars(roots.order_by(Case.id)).all()
    complaints = session.scalars(select(Complaint.number).order_by(Complaint.id)).all()
    by_state = {str(case.status): case.number for case in cases}
    still = [case.number for case in cases if case.status == "open"]
    person = session.scalars(select(Account.person_id).where(Account.username == OFFICIAL)).one()
    holder = select(Holder.id).where(Holder.person_id == person)
    served = select(Case.number).where(Case.plugin == "leadership_service").order_by(Case.id)
    letters = session.scalars(served).all()
    return {
        "running": still[0],
        "lane": f"{still[0]}-01",
        "mending": f"{still[0]}-06",
        "returned": still[1],
        "finished": by_state["done"],
        "suspended": by_state["suspended"],
        "cancelled": by_state["cancelled"],
        "person": str(person),
        "holder": str(session.scalars(holder).one()),
        "publication": str(session.scalars(select(Publication.id)).first()),
        "complaint": complaints[1],
        "answered": complaints[3],
        "delegated": complaints[4],
        "hidden": complaints[5],
        "of_minister": complaints[6],
        "answered_letter": letters[0],
        "audience": letters[6],
        "sealed": letters[13],
        "oral": letters[17],
        "received": letters[22],
    }


def _made(session: Any) -> dict[str, str]:
    from PIL import Image
    from sqlalchemy import select

    from portal.auth.kept import keep
    from portal.auth.models import Account
    from portal.auth.rights import actor_of
    from portal.clock import now
    from portal.complaints.facts import Kind as ComplaintKind
    from portal.complaints.filing import Draft, file_complaint
    from portal.documents.files import store_upload
    from portal.documents.storage import storage
    from portal.jobs.models import Job, JobState
    from portal.org.delegations import delegate
    from portal.org.drafts import keep_draft
    from portal.org.models import Person
    from portal.org.service import position_by_code, today

    people = dict(session.execute(select(Account.username, Account.person_id)).all())
    newcomer = Person(name="Staf Baru Bagian Akuntabilitas Kinerja I")
    session.add(newcomer)
    session.flush()
    fields = [("arahan", "Siapkan pengoordinasian penyusunan PK.")]
    csv = "kode,nama,induk,jenis,berlaku_dari\nunit-baru,Unit Baru,setmen,biro,2026-01-01\n"
    draft = keep_draft(session, people[ADMINISTRATOR], "unit.csv", csv)
    # begins later, so that nobody's inbox changes under the other tests
    later = today() + timedelta(days=30)
    delegation = delegate(
        session,
        position_id=position_by_code(session, OFFICIAL).id,
        from_person_id=people[OFFICIAL],
        to_person_id=people["kabag-akin-1"],
        valid_from=later,
        valid_to=later + timedelta(days=13),
        reason="Cuti tahunan, surat izin 12/2026",
    )
    done_job, failed_job = (
        Job(
            name="publishing.export", payload={}, state=state, attempts=1, run_after=now(),
            created_at=now(), finished_at=now(), last_error=error, person_id=people[OFFICIAL],
            result=result,
        )
        for state, error, result in (
            (JobState.DONE, "", "/publikasi"), (JobState.FAILED, "OSError: [Errno 28] full", "")
        )
    )  # fmt: skip
    session.add_all([done_job, failed_job])
    session.flush()
    sheets = BytesIO()
    blank = Image.new("RGB", (595, 842), "white")
    blank.save(sheets, "PDF", save_all=True, append_images=[blank])
    stored = store_upload(
        session, storage(), sheets, "Surat undangan.pdf", person_id=people[OFFICIAL]
    )
    told = Draft(kind=ComplaintKind.SUGGESTION, text="Contoh masukan dari pejabat.")
    filed = file_complaint(session, actor_of(session, people[OFFICIAL]), told, "pages-of-the-suite")
    return {
        "my_complaint": filed.number,
        "delegation": str(delegation.delegation_id),
        "newcomer": str(newcomer.id),
        "file": stored.token,
        "kept": str(keep(session, people[OFFICIAL], "/kasus/PK-2020-0001/tugas/1", fields)),
        "draft": str(draft.id),
        "done_job": str(done_job.id),
        "failed_job": str(failed_job.id),
    }


def _asked(session: Any) -> dict[str, str]:
    """The samples' question to a requester that waits for an answer."""
    from sqlalchemy import select

    from portal.workflow.models import Case
    from portal.workflow.questions import OPEN, Question

    query = select(Question.id, Case.number).join(Case, Case.id == Question.case_id)
    key, number = session.execute(query.where(Question.state == OPEN).order_by(Question.id)).first()
    return {"asked": number, "question": str(key)}
