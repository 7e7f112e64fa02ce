"""Bad: a step that goes back to nowhere, and an effect that nobody has."""

from __future__ import annotations

from portal.api import Plugin, Role, Start, Workflow, hookimpl, review

UNSOUND = Workflow(
    "sample_workflow",
    "Contoh",
    number="SLH",
    roles=(("karo", Role("Kepala Biro", position="karo-tu")),),
    starts=(Start("ask", "Permohonan", "Permohonan"),),
    steps=(review("1", by="karo", back_to="0", effect="missing"),),
)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", workflows=[UNSOUND])
