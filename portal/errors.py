"""Typed errors of the portal; nothing here knows HTTP or the command line.

Services raise these once. ``portal.web.errors`` turns them into pages and
``portal.cli`` into one line and an exit code. The message is Indonesian, says
what to do, and is shown to the person as it stands.
"""

from __future__ import annotations


class PortalError(Exception):
    """Base of every error that a person may read; ``str(error)`` is the text shown."""


class Invalid(PortalError):
    """The input is wrong; ``fields`` maps a field name to its message, if known."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, str] = fields or {}


class MissingReason(Invalid):
    """An act that needs a reason (a return, a move, a release) came without one."""


class Forbidden(PortalError):
    """The person may not do this; shown as 403."""


class NotFound(PortalError):
    """No such thing, or none that this person may know of; shown as 404."""


class Conflict(PortalError):
    """Somebody else was first, or the page is stale; shown as 409."""


class ConfigurationError(PortalError):
    """A setting or the instance is wrong; stops the start with one line."""
