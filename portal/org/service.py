"""The organisation for the other domains: one module to import from.

The work is done in the modules beside this one; what is not named here is internal to
``portal.org``.
"""

from __future__ import annotations

from portal.org.dates import FIRST_DAY, in_force, today
from portal.org.delegations import delegates_on
from portal.org.holders import (
    Assignment,
    HolderView,
    HoldingView,
    assign_holder,
    end_holder,
    holders_of_positions,
    holders_on,
    holdings_of,
)
from portal.org.journal import SYSTEM, Editor
from portal.org.nip import NipCheck, check_nip
from portal.org.shipped import ship_organisation
from portal.org.structure import (
    head_position,
    heads_of,
    position_by_code,
    positions_by_code,
    staff_positions,
    supervisor_of,
    supervisors_of,
    unit_by_code,
)
from portal.org.unit_sets import UnitSetRow, ensure_unit_set, members_of_set

__all__ = [
    "FIRST_DAY",
    "SYSTEM",
    "Assignment",
    "Editor",
    "HolderView",
    "HoldingView",
    "NipCheck",
    "UnitSetRow",
    "assign_holder",
    "check_nip",
    "delegates_on",
    "end_holder",
    "ensure_unit_set",
    "head_position",
    "heads_of",
    "holders_of_positions",
    "holders_on",
    "holdings_of",
    "in_force",
    "members_of_set",
    "position_by_code",
    "positions_by_code",
    "ship_organisation",
    "staff_positions",
    "supervisor_of",
    "supervisors_of",
    "today",
    "unit_by_code",
]
