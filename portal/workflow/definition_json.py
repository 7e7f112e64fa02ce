"""A definition as canonical JSON, as it is stored, and its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any

from portal.workflow.definition import (
    Again,
    AnyOf,
    ByField,
    Choice,
    Chosen,
    Fixed,
    ForEachUnit,
    FromCase,
    OfCoordinator,
    OfUnit,
    Outcome,
    Parallel,
    Proxy,
    Role,
    Since,
    Stage,
    Start,
    Supervisor,
    Task,
    Workflow,
)
from portal.workflow.fields import FIELD_TYPES

_TYPES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        *FIELD_TYPES,
        *(Fixed, OfUnit, OfCoordinator, ByField, FromCase, AnyOf, Chosen, Supervisor, Role),
        *(Outcome, Since, Proxy, Task, Stage, Parallel, Choice, ForEachUnit, Again),
        *(Start, Workflow),
    )
}


def to_json(value: Any) -> Any:
    """A definition as JSON values; dataclasses carry their type under ``_``."""
    if is_dataclass(value) and not isinstance(value, type):
        body = {"_": type(value).__name__}
        for field in fields(value):
            item = getattr(value, field.name)
            if item != field.default:
                body[field.name] = to_json(item)
        return body
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value


def from_json(value: Any) -> Any:
    """The reverse of :func:`to_json`; raises KeyError for an unknown type."""
    if isinstance(value, dict):
        cls = _TYPES[value["_"]]
        return cls(**{key: from_json(item) for key, item in value.items() if key != "_"})
    if isinstance(value, list):
        return tuple(from_json(item) for item in value)
    return value


def canonical(workflow: Workflow) -> str:
    """The definition as text that is equal exactly when the definition is."""
    return json.dumps(to_json(workflow), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(workflow: Workflow) -> str:
    """SHA-256 of the canonical text, in hex."""
    return hashlib.sha256(canonical(workflow).encode()).hexdigest()
