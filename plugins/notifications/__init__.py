"""Notices of what waits for a person, in the portal and by mail; carries out no standard.

Only the manifest and the hooks are here; what becomes of an event is in ``telling``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from markupsafe import Markup

from plugins.notifications import demo, sending, views
from plugins.notifications.reading import MOST, unread_count
from plugins.notifications.telling import HEARD, tell
from portal.api import Event, Plugin, hookimpl, transaction


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(
        title="Notifikasi",
        table_prefix="nt",
        blueprints=[views.bp],
        jobs={sending.JOB: sending.send_waiting, demo.JOB: demo.mark_old},
        events=HEARD,
        demo=demo.demo,
    )


@hookimpl
def portal_event(event: Event) -> None:
    """Write the notices; an event that comes twice makes none the second time."""
    with transaction() as session:
        tell(session, event)


@hookimpl
def portal_slot(slot: str, context: Mapping[str, Any]) -> Markup | None:
    """The bell with the number of unread notices."""
    if slot != "layout.bell":
        return None
    unread = unread_count(context["session"], context["actor"])
    return Markup(render_template("notifications/_bell.html", unread=unread, most=MOST))
