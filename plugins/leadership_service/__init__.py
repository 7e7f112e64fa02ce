"""Standard 5: coordinating the service to the leadership, letters and events.

Only the manifest is here; the procedure, the tables and the pages lie beside it.
"""

from __future__ import annotations

from plugins.leadership_service import agenda_views, bench, demo, hearing, register, views
from plugins.leadership_service.effects import CHECKS, EFFECTS
from plugins.leadership_service.workflow import LEADERSHIP
from portal.api import CaseUnsealed, Event, MenuItem, Plugin, hookimpl


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(
        title="Pelayanan pimpinan",
        standard="standard.md",
        workflows=[LEADERSHIP],
        effects=EFFECTS,
        checks=CHECKS,
        table_prefix="ls",
        blueprints=[agenda_views.bp],
        events=(CaseUnsealed,),
        permissions={views.READ: register.may_read},
        menu=[
            MenuItem(
                label="Surat masuk",
                endpoint="leadership_service.letters",
                icon="mail",
                group="Pelayanan pimpinan",
                permission=views.READ,
            ),
            MenuItem(
                label="Agenda pimpinan",
                endpoint="leadership_service.agenda",
                icon="calendar-event",
                group="Pelayanan pimpinan",
                permission=views.READ,
            ),
        ],
        demo=demo.demo,
        measured=(bench.REGISTER, bench.CASES),
    )


@hookimpl
def portal_event(event: Event) -> None:
    """A sealed letter that was opened enters register and agenda."""
    hearing.hear(event)
