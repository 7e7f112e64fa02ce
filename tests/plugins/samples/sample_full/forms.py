"""The form of the sample."""

from __future__ import annotations

from typing import Any

from wtforms import StringField

from portal.api import BaseForm


class NoteForm(BaseForm):
    """One line."""

    text = StringField("Catatan")

    @classmethod
    def build(cls, session: Any, case: Any, task: Any, formdata: Any) -> NoteForm:
        """The form with what was sent."""
        return cls(formdata)

    @staticmethod
    def keep(session: Any, case: Any, task: Any, form: NoteForm, actor: Any) -> None:
        """Nothing to keep."""

    @staticmethod
    def show(session: Any, case: Any, task: Any) -> list[tuple[str, Any]]:
        """Nothing to show."""
        return []
