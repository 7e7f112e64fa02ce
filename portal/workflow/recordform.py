"""From recorded fields to WTForms and back to JSON values.

Three functions: ``record_form`` builds a form class, ``form_data`` prefills it
from a stored record, ``record_of`` reads what was sent. Pages only render it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Field as WTField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal import clock
from portal.documents.file_field import FilesField
from portal.documents.files import FileRef
from portal.formats import angka, rupiah, tanggal, waktu, zona
from portal.forms import NumberField, RowForm, RupiahField, choices_of
from portal.workflow.fields import (
    Checklist,
    Date,
    DateTime,
    Field,
    Files,
    Flag,
    Letter,
    LongText,
    Money,
    Number,
    PerUnit,
    PickPosition,
    Rows,
    Select,
    Text,
)

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form needs to know beside its fields: zone, units of a set, positions of roles."""

    zone: str
    units: Callable[[PerUnit], list[tuple[int, str]]]
    positions: Callable[[PickPosition], Choices]


class LocalDateTimeField(DateTimeLocalField):
    """A local date and time; ``data`` is naive local time of the form's zone."""


class TicksField(SelectMultipleField):
    """Several choices as ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LetterForm(RowForm):
    """The parts of a letter."""

    subject = StringField("Hal", [DataRequired(), Length(max=300)])
    to = StringField("Kepada Yth.", [DataRequired(), Length(max=300)])
    body = TextAreaField("Isi surat", [DataRequired(), Length(max=10000)])


class OptionalLetterForm(RowForm):
    """The same, where no letter need be written: then all parts stay empty."""

    subject = StringField("Hal", [Optional(), Length(max=300)])
    to = StringField("Kepada Yth.", [Optional(), Length(max=300)])
    body = TextAreaField("Isi surat", [Optional(), Length(max=10000)])

    def validate(self, extra_validators: Any = None) -> bool:
        """A letter that was begun needs all its parts."""
        valid = super().validate(extra_validators)
        filled = [bool((field.data or "").strip()) for field in self]
        if any(filled):
            for field, full in zip(self, filled, strict=True):
                if not full:
                    field.errors = [_("Lengkapi bagian surat ini, atau kosongkan semuanya.")]
                    valid = False
        return valid


def record_form(fields: Sequence[Field], context: FormContext) -> type[Form]:
    """A WTForms class with one form field for each recorded field."""
    body: dict[str, Any] = {each.name: _field(each, context) for each in fields}
    return type("RecordForm", (RowForm,), body)


def _field(each: Field, context: FormContext) -> Any:
    # a field with rows or parts carries the check inside
    required = [InputRequired()] if each.required else [Optional()]
    # blanks alone are no text
    written = [DataRequired()] if each.required else [Optional()]
    options: dict[str, Any] = {"label": each.label, "description": each.help}
    match each:
        case Text():
            return StringField(validators=[*written, Length(max=each.max)], **options)
        case LongText():
            return TextAreaField(validators=[*written, Length(max=each.max)], **options)
        case Date():
            return DateField(validators=required, **options)
        case DateTime():
            checks = required if each.future else [*required, _not_later(context.zone)]
            zone = zona(clock.now().astimezone(ZoneInfo(context.zone)))
            options["description"] = f"{each.help} {_('Waktu dalam %(zone)s.', zone=zone)}".strip()
            return LocalDateTimeField(
                validators=checks, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options
            )
        case Number():
            return NumberField(validators=[*required, _between(each)], **options)
        case Money():
            return RupiahField(validators=required, **options)
        case Select(many=True):
            return TicksField(validators=required, choices=choices_of(each.choices), **options)
        case Select():
            blank = [("", _("Pilih …"))]
            return SelectField(
                validators=required, choices=choices_of([*blank, *each.choices]), **options
            )
        case Flag():
            return BooleanField(validators=required if each.required else [], **options)
        case Checklist():
            needed = [_all_of(each)] if each.required else []
            return TicksField(validators=needed, choices=choices_of(each.items), **options)
        case Letter():
            return FormField(LetterForm if each.required else OptionalLetterForm, **options)
        case Files():
            return FilesField(most=each.max, required=each.required, **options)
        case Rows():
            row = record_form(each.columns, context)
            return FieldList(
                FormField(row, label=each.label),
                min_entries=each.min,
                max_entries=each.max,
                **options,
            )
        case PerUnit():
            assert each.of is not None
            inner: dict[str, Any] = {}
            for unit_id, name in context.units(each):
                one = _field(each.of, context)
                one.kwargs["label"] = name
                inner[f"u{unit_id}"] = one
            return FormField(type("UnitsForm", (RowForm,), inner), **options)
        case PickPosition():
            blank = [("", _("Pilih …"))]
            return SelectField(
                validators=required, choices=choices_of(blank + context.positions(each)), **options
            )
    raise TypeError(f"no form field for {type(each).__name__}")


def _not_later(zone: str) -> Callable[[Form, WTField], None]:
    def check(form: Form, field: WTField) -> None:
        if field.data is not None and _utc(field.data, zone) > clock.now():
            raise ValidationError(_("Waktu ini belum lewat; isi waktu yang sebenarnya."))

    return check


def _between(each: Number) -> Callable[[Form, WTField], None]:
    def check(form: Form, field: WTField) -> None:
        value = field.data
        if value is None:
            return
        if each.whole and value != value.to_integral_value():
            raise ValidationError(_("Tulis bilangan bulat, tanpa koma."))
        if each.min is not None and value < each.min:
            raise ValidationError(_("Paling kecil %(n)s.", n=_plain(each, each.min)))
        if each.max is not None and value > each.max:
            raise ValidationError(_("Paling besar %(n)s.", n=_plain(each, each.max)))

    return check


def _plain(each: Number, value: int) -> str:
    # years and the like are not grouped
    return str(value) if each.whole and value < 10000 else angka(value)


def _all_of(each: Checklist) -> Callable[[Form, WTField], None]:
    def check(form: Form, field: WTField) -> None:
        if set(field.data or ()) != {key for key, _label in each.items}:
            raise ValidationError(_("Semua butir perlu dikerjakan dan dicentang."))

    return check


def _utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def record_of(form: Form, fields: Sequence[Field], zone: str) -> dict[str, Any]:
    """The validated form as JSON values, by field name; a field the form had not is left out."""
    return {each.name: _stored(each, form[each.name], zone) for each in fields if each.name in form}


def _stored(each: Field, field: Any, zone: str) -> Any:
    value = field.data
    match each:
        case Date():
            return None if value is None else value.isoformat()
        case DateTime():
            return None if value is None else _utc(value, zone).isoformat()
        case Number():
            if value is None:
                return None
            return int(value) if each.whole else str(value)
        case Files():
            return field.as_record()
        case Rows():
            return [record_of(entry.form, each.columns, zone) for entry in field.entries]
        case PerUnit():
            assert each.of is not None
            return {
                str(inner.short_name)[1:]: _stored(each.of, inner, zone) for inner in field.form
            }
        case Letter():
            parts = {key: (value[key] or "").strip() for key in ("subject", "to", "body")}
            return parts if any(parts.values()) else None
        case PickPosition():
            return int(value) if value else None
        case Text() | LongText():
            return (value or "").strip()
    return value


def file_tokens(fields: Sequence[Field], record: Mapping[str, Any]) -> list[str]:
    """The files that a record names, those in rows and units too."""
    return [token for each in fields for token in _tokens(each, record.get(each.name))]


def _tokens(each: Field, value: Any) -> list[str]:
    match each:
        case Files():
            return [str(one["token"]) for one in value or ()]
        case Rows():
            return [token for row in value or () for token in file_tokens(each.columns, row)]
        case PerUnit():
            assert each.of is not None
            return [token for one in (value or {}).values() for token in _tokens(each.of, one)]
    return []


def takes_files(fields: Sequence[Field]) -> bool:
    """Whether a form of these fields is sent as multipart."""
    return any(
        isinstance(each, Files)
        or (isinstance(each, Rows) and takes_files(each.columns))
        or (isinstance(each, PerUnit) and each.of is not None and takes_files([each.of]))
        for each in fields
    )


def form_data(fields: Sequence[Field], record: Mapping[str, Any], zone: str) -> SimpleNamespace:
    """An object to prefill the form from: the stored record, or what the field starts with."""
    return SimpleNamespace(
        **{each.name: _shown(each, record.get(each.name), zone) for each in fields}
    )


def _shown(each: Field, value: Any, zone: str) -> Any:
    match each:
        case Letter():
            start = {"subject": each.subject, "to": each.to, "body": each.body}
            return SimpleNamespace(**{**start, **(value or {})})
        case DateTime() if value:
            return datetime.fromisoformat(value).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        case Date() if value:
            return datetime.fromisoformat(value).date()
        case Number() if value is not None:
            return Decimal(value)
        case Rows():
            return [form_data(each.columns, row, zone) for row in value or ()]
        case PerUnit():
            assert each.of is not None
            items = (value or {}).items()
            return SimpleNamespace(**{f"u{key}": _shown(each.of, v, zone) for key, v in items})
        case PickPosition() if value is not None:
            return str(value)
    return value


def describe(
    fields: Sequence[Field], record: Mapping[str, Any], zone: str, names: Mapping[str, str]
) -> list[tuple[str, Any]]:
    """(label, value) pairs of a record for a page.

    A value is text, or ``{"head": […], "rows": [[…]]}`` for a table, ``{"letter": …}`` or
    ``{"files": [FileRef, …]}``.
    ``names`` gives the names of units and positions by id.
    """
    pairs = []
    for each in fields:
        value = record.get(each.name)
        if value not in (None, "", [], {}):
            pairs.append((each.label, _described(each, value, zone, names)))
    return pairs


def _described(each: Field, value: Any, zone: str, names: Mapping[str, str]) -> Any:
    match each:
        case Date():
            return tanggal(datetime.fromisoformat(value).date())
        case DateTime():
            return waktu(datetime.fromisoformat(value), zone)
        case Number():
            return _plain(each, value) if each.whole else angka(Decimal(value))
        case Money():
            return rupiah(value)
        case Select():
            labels = dict(each.choices)
            values = value if isinstance(value, list) else [value]
            return ", ".join(labels.get(str(one), str(one)) for one in values)
        case Checklist():
            labels = dict(each.items)
            return "; ".join(labels.get(one, one) for one in value)
        case Flag():
            return _("Ya") if value else _("Tidak")
        case Letter():
            dated = {"dated": tanggal(date.fromisoformat(value["date"]))} if "date" in value else {}
            return {"letter": value | dated}
        case Files():
            return {"files": [FileRef.of(one) for one in value]}
        case Rows():
            rows = [
                [_described(c, row.get(c.name), zone, names) if row.get(c.name) else "" for c in
                 each.columns]
                for row in value
            ]  # fmt: skip
            return {"head": [column.label for column in each.columns], "rows": rows}
        case PerUnit():
            assert each.of is not None
            rows = [
                [names.get(key, key), _described(each.of, one, zone, names) if one else "—"]
                for key, one in value.items()
            ]
            return {"head": [_("Unit"), each.of.label], "rows": rows}
        case PickPosition():
            return names.get(str(value), str(value))
    return str(value)
