"""The form field for files: what was uploaded, what is kept, what is taken away.

``data`` is a list of :class:`FileRef`. The page shows each kept file with a hidden token
and a tick to remove it, so nothing needs JavaScript and a form that failed for another
reason keeps its files. The view carries ``portal.documents.uploads.accepts_files``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, has_app_context, has_request_context
from flask_babel import gettext as _
from wtforms import Field, FieldList, Form, FormField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation
from wtforms.widgets import FileInput

from portal.documents.file_types import MEBIBYTE, accepted_attribute, accepted_text
from portal.documents.files import FileRef
from portal.documents.uploads import REMOVE, Received, known_files, received


def has_files(form: Form) -> bool:
    """Whether a form, or a form inside it, takes files: it is then sent as multipart."""
    return any(_has_files(field) for field in form)


def _has_files(field: Field) -> bool:
    if isinstance(field, FormField):
        return has_files(field.form)
    if isinstance(field, FieldList):
        return any(_has_files(entry) for entry in field.entries)
    return isinstance(field, FilesField)


class FilesField(Field):
    """Several files; ``most`` is how many, ``required`` that there must be one."""

    widget = FileInput(multiple=True)
    data: list[FileRef]

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        most: int = 10,
        required: bool = False,
        **options: Any,
    ) -> None:
        options.setdefault("render_kw", {"accept": accepted_attribute()})
        super().__init__(label, list(validators or ()), **options)
        self.most = most
        self.required = required
        self.flags.optional = not required

    @property
    def limits(self) -> str:
        """How many and how large, and which kinds: a sentence for the page."""
        size = current_app.config["PORTAL"].max_upload // MEBIBYTE if has_app_context() else 0
        return _(
            "Paling banyak %(n)s berkas, masing-masing paling besar %(size)s MB: %(kinds)s.",
            n=self.most,
            size=size,
            kinds=accepted_text(),
        )

    @property
    def remove_name(self) -> str:
        """Name of the ticks that remove a kept file."""
        return f"{self.name}{REMOVE}"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read stored values, or what the form names and the request brought."""
        self.object_data = self.default() if callable(self.default) else self.default
        if data is not unset_value:
            self.object_data = data
        self.data = [FileRef.of(each) for each in self.object_data or ()]
        problems = [] if formdata is None else self._process_form(formdata)
        self.raw_data = [ref.token for ref in self.data]
        self.process_errors = problems
        self.errors = list(problems)  # shown also when the form comes back unchecked

    def _process_form(self, formdata: Any) -> list[str]:
        given = [each for each in formdata.getlist(self.name) if isinstance(each, str) and each]
        removed = set(formdata.getlist(self.remove_name))
        kept, problem = known_files([token for token in given if token not in removed])
        brought = received(self.name) if has_request_context() else Received()
        have = {ref.token for ref in kept}
        self.data = kept + [ref for ref in brought.files if ref.token not in have]
        return [problem, *brought.errors] if problem else brought.errors

    def pre_validate(self, form: Any) -> None:
        """Count the files; what was refused at upload stands already."""
        if self.process_errors:
            raise StopValidation
        if len(self.data) > self.most:
            raise StopValidation(
                _("Paling banyak %(n)s berkas; hapus %(more)s di antaranya.",
                  n=self.most, more=len(self.data) - self.most)
            )  # fmt: skip
        if self.required and not self.data:
            raise StopValidation(_("Unggah paling sedikit satu berkas."))

    def as_record(self) -> list[dict[str, Any]]:
        """What a record stores."""
        return [ref.as_record() for ref in self.data]

    @property
    def tokens(self) -> list[str]:
        """The tokens to give to ``attach``."""
        return [ref.token for ref in self.data]
