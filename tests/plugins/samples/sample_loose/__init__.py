"""A plugin with a procedure that no standard prints."""

from __future__ import annotations

from portal.api import Plugin, Role, Start, Workflow, hookimpl, task

LOOSE = Workflow(
    "sample_loose",
    "Contoh",
    number="LEP",
    roles=(("karo", Role("Kepala Biro", position="karo-tu")),),
    starts=(Start("ask", "Permohonan", "Permohonan"),),
    steps=(task("1", "Menjawab", by="karo"),),
)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(workflows=[LOOSE])
