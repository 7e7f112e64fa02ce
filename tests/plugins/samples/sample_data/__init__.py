"""The smallest plugin: a standard and its procedure."""

from __future__ import annotations

from portal.api import Plugin, Role, Start, Workflow, hookimpl, stage, task

ANSWER = Workflow(
    "sample_data",
    "Contoh",
    number="CTH",
    roles=(("karo", Role("Kepala Biro", position="karo-tu")),),
    starts=(Start("ask", "Permohonan", "Permohonan"),),
    steps=(stage("1", "Jawaban", task("1", "Menjawab", by="karo"), limit="1 hari"),),
)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", workflows=[ANSWER])
