"""What a standard's page shows of the workflows that carry it out: drawings and starts.

Workflows lie above standards, so they are reached by name, here only, and when a page is
asked for; a standard without a workflow is still a complete page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.standards.document import Standard


@dataclass(frozen=True, slots=True)
class Drawing:
    """A workflow as it is drawn; ``matrix`` is a ``portal.workflow.diagram_matrix.Matrix``."""

    key: str
    title: str
    swimlane: Markup
    matrix: Any


@dataclass(frozen=True, slots=True)
class StartLink:
    """A way to begin that the reader may use."""

    title: str
    help: str
    url: str


def drawings(standard: Standard, workflows: Iterable[Any]) -> tuple[Drawing, ...]:
    """Swimlane and SOP matrix of each workflow, with the requirements the standard prints."""
    matrix = import_module("portal.workflow.diagram_matrix").matrix
    needs = {step.number: step.needs for step in standard.steps if step.needs}
    return tuple(
        Drawing(each.key, each.title, swimlane(each, f"alur-{each.key}"), matrix(each, needs))
        for each in workflows
    )


def swimlane(workflow: Any, prefix: str) -> Markup:
    """The swimlane of one workflow."""
    drawn: Markup = import_module("portal.workflow.diagram").swimlane(workflow, prefix=prefix)
    return drawn


def legend() -> list[tuple[Markup, str]]:
    """The symbols of the SOP matrix with their meaning."""
    symbols: list[tuple[Markup, str]] = import_module("portal.workflow.diagram_matrix").legend()
    return symbols


def start_links(session: Session, actor: Actor, plugin: str) -> tuple[StartLink, ...]:
    """The starts of this standard that the person may use today."""
    options = import_module("portal.workflow.starting").available_starts(session, actor)
    return tuple(
        StartLink(option.start.title, option.start.help, url_for("workflow.start", key=option.key))
        for option in options
        if option.plugin == plugin
    )
