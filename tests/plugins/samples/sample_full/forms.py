"""The form of the sample."""

from __future__ import annotations

from typing import Any

from wtforms import StringField

from portal.api import Actor, Case, CaseTask, OwnForm, RowForm


class NoteForm(RowForm):
    """One line."""

    text = StringField("Catatan")


def load(session: Any, case: Case, task: CaseTask) -> dict[str, str]:
    """It starts empty."""
    return {}


def save(session: Any, case: Case, task: CaseTask, form: Any, actor: Actor) -> None:
    """Nothing to keep."""


def show(session: Any, case: Case, task: CaseTask) -> list[tuple[str, Any]]:
    """Nothing to show."""
    return []


NOTE = OwnForm(form=NoteForm, load=load, save=save, show=show)
