"""What a plugin may use of the portal: everything that ``__all__`` names, and nothing else.

A name that stands here stays, or changes with the manifest's ``api`` number.
``docs/authors/api.md`` lists the names; a test holds the two together.
"""

from __future__ import annotations

from portal.auth.rights import Actor, Holding, can, current_actor, require
from portal.clock import now
from portal.db import COLUMN_TYPES, UtcDateTime, metadata, transaction
from portal.documents.letters import render_markdown
from portal.documents.models import RegisterEntry
from portal.documents.registers import issue_number, set_pattern
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound, PortalError
from portal.events import CaseEnded, CaseStarted, Event, TaskDone, TaskDue
from portal.formats import (
    angka,
    durasi,
    parse_number,
    parse_rupiah,
    rupiah,
    tanggal,
    terbilang,
    waktu,
)
from portal.forms import BaseForm, NumberField, RowForm, RupiahField, change_rows
from portal.jobs.queue import Run, enqueue
from portal.org.models import Person, Position, Unit
from portal.org.service import (
    UnitSetRow,
    head_position,
    heads_of,
    holders_on,
    members_of_set,
    position_by_code,
    supervisor_of,
    today,
    unit_by_code,
)
from portal.plugins.host import hookimpl
from portal.plugins.manifest import MenuItem, Plugin, UnitSet
from portal.plugins.publications import finalize
from portal.publishing.models import Publication
from portal.publishing.schema import (
    Document,
    Indicator,
    Level,
    Objective,
    Party,
    PartyRole,
    Programme,
)
from portal.publishing.service import is_sample, next_version, publish
from portal.workflow.acting import acting_note
from portal.workflow.behaviours import EffectContext, OwnForm
from portal.workflow.definition import (
    AnyOf,
    Block,
    ByField,
    Chosen,
    Fixed,
    OfCoordinator,
    OfUnit,
    Outcome,
    Proxy,
    Role,
    Since,
    Start,
    Supervisor,
    Workflow,
    any_of,
    choice,
    for_each_unit,
    parallel,
    review,
    sign,
    stage,
    task,
)
from portal.workflow.fields import (
    Checklist,
    Date,
    DateTime,
    Field,
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
from portal.workflow.letters import number_letter, step_record
from portal.workflow.models import Case, CaseStatus
from portal.workflow.models import Task as CaseTask
from portal.workflow.player import Player

__all__ = [
    "COLUMN_TYPES",
    "Actor",
    "AnyOf",
    "BaseForm",
    "Block",
    "ByField",
    "Case",
    "CaseEnded",
    "CaseStarted",
    "CaseStatus",
    "CaseTask",
    "Checklist",
    "Chosen",
    "Conflict",
    "Date",
    "DateTime",
    "Document",
    "EffectContext",
    "Event",
    "Field",
    "Fixed",
    "Flag",
    "Forbidden",
    "Holding",
    "Indicator",
    "Invalid",
    "Letter",
    "Level",
    "LongText",
    "MenuItem",
    "MissingReason",
    "Money",
    "NotFound",
    "Number",
    "NumberField",
    "Objective",
    "OfCoordinator",
    "OfUnit",
    "Outcome",
    "OwnForm",
    "Party",
    "PartyRole",
    "PerUnit",
    "Person",
    "PickPosition",
    "Player",
    "Plugin",
    "PortalError",
    "Position",
    "Programme",
    "Proxy",
    "Publication",
    "RegisterEntry",
    "Role",
    "RowForm",
    "Rows",
    "Run",
    "RupiahField",
    "Select",
    "Since",
    "Start",
    "Supervisor",
    "TaskDone",
    "TaskDue",
    "Text",
    "Unit",
    "UnitSet",
    "UnitSetRow",
    "UtcDateTime",
    "Workflow",
    "acting_note",
    "angka",
    "any_of",
    "can",
    "change_rows",
    "choice",
    "current_actor",
    "durasi",
    "enqueue",
    "finalize",
    "for_each_unit",
    "head_position",
    "heads_of",
    "holders_on",
    "hookimpl",
    "is_sample",
    "issue_number",
    "members_of_set",
    "metadata",
    "next_version",
    "now",
    "number_letter",
    "parallel",
    "parse_number",
    "parse_rupiah",
    "position_by_code",
    "publish",
    "render_markdown",
    "require",
    "review",
    "rupiah",
    "set_pattern",
    "sign",
    "stage",
    "step_record",
    "supervisor_of",
    "tanggal",
    "task",
    "terbilang",
    "today",
    "transaction",
    "unit_by_code",
    "waktu",
]
