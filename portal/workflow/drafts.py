"""What a person has typed into a task's form and not sent yet; two windows on one draft.

A form says which version of the draft it was opened with. Who saves or sends an older one
is shown both, and chooses; nothing that was typed is lost.
"""

from __future__ import annotations

from types import SimpleNamespace

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.auth.kept import readable
from portal.auth.rights import Actor
from portal.documents.uploads import keep_with_draft, readable_tokens, received_pairs
from portal.forms import LABELS
from portal.org.models import Person
from portal.workflow.actform import zone_of
from portal.workflow.models import Case, Draft, Task

VERSION = "_draft"
"""Name of the hidden input with the version of the draft that the form was opened with."""
_HIDDEN = ("csrf_token", "form_key", "version")


def draft_of(session: Session, task_id: int, actor: Actor) -> Draft | None:
    """The person's draft of a task."""
    return session.scalar(
        select(Draft).where(Draft.task_id == task_id, Draft.person_id == actor.person_id)
    )


def as_form(draft: Draft | None) -> MultiDict[str, str] | None:
    """The draft as the fields of a form."""
    return None if draft is None else MultiDict([(name, value) for name, value in draft.fields])


def opened_with(draft: Draft | None, fields: MultiDict[str, str] | None) -> int:
    """The version to write into a form: of the draft shown, or the one that came back with it."""
    if draft is not None:
        return draft.version
    text = fields.get(VERSION, "") if fields is not None else ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def overtaken(draft: Draft | None) -> bool:
    """Whether the form that was sent was opened before the draft was saved last."""
    if draft is None or VERSION not in request.form:
        return False
    return opened_with(None, request.form) != draft.version


def save(session: Session, task_id: int, actor: Actor) -> Draft | None:
    """Keep what was sent, unchecked; the later draft if the form was opened before it."""
    # two windows of one person wait for each other
    session.execute(
        select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True)
    )
    draft = draft_of(session, task_id, actor)
    if overtaken(draft):
        return draft
    fields = _sent()
    keep_with_draft(fields)
    if draft is None:
        draft = Draft(task_id=task_id, person_id=actor.person_id, version=0)
        session.add(draft)
    draft.fields, draft.saved_at = fields, clock.now()
    draft.version += 1
    return None


def _sent() -> list[list[str]]:
    sent = request.form.items(multi=True)
    fields = [[k, v] for k, v in sent if k not in _HIDDEN and not k.startswith("_")]
    return fields + received_pairs()


def conflict_page(row: Case, item: Task, draft: Draft) -> tuple[str, int]:
    """What was sent beside the draft that another window saved meanwhile."""
    sent = _sent()
    keep_with_draft(sent)
    labels = (LABELS, request.form.get(LABELS, ""))
    mine, theirs = (
        readable([*readable_tokens([(name, value) for name, value in each]), labels])
        for each in (sent, draft.fields)
    )
    conflict = SimpleNamespace(
        title=_("Draf ini sudah berubah"),
        message=_("Draf tugas ini telah disimpan dari jendela lain setelah halaman Anda dibuka."),
        advice=_(
            "Kiriman Anda belum disimpan, tetapi masih tampil di bawah. Bandingkan, lalu "
            "pilih yang dipakai."
        ),
        number=row.number,
        url=url_for("workflow.task", number=row.number, task_id=item.id),
        open_label=_("Pakai draf tersimpan"),
        who="",
        at=draft.saved_at,
        zone=zone_of(row),
        mine=mine,
        theirs=theirs,
        save_url=url_for("workflow.save_draft", number=row.number, task_id=item.id),
        fields=[*sent, [VERSION, str(draft.version)]],
    )
    return render_template("workflow/conflict.html", conflict=conflict), 409
