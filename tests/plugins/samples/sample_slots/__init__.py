"""Bad: a slot that asks too much and shows a title as it stands; a badge that asks too much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from markupsafe import Markup
from sqlalchemy import text

from portal.api import Actor, MenuItem, Plugin, hookimpl, transaction

bp = Blueprint("sample_slots", __name__, url_prefix="/layanan/sample-slots")


@bp.get("/")
def page() -> str:
    """Nothing."""
    return ""


def _ask(times: int) -> int:
    with transaction() as session:
        for number in range(times):
            session.execute(text(f"SELECT {number}"))
    return times


def waiting(actor: Actor) -> int:
    """Four statements for a number."""
    return _ask(4)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    item = MenuItem(label="Contoh", endpoint="sample_slots.page", badge=waiting)
    return Plugin(standard="standard.md", blueprints=[bp], menu=[item])


@hookimpl
def portal_slot(slot: str, context: Mapping[str, Any]) -> Markup | None:
    """Five statements, and a title that nobody escapes."""
    if slot != "case.page":
        return None
    _ask(5)
    return Markup("<p>" + context["case"].title + "</p>")
