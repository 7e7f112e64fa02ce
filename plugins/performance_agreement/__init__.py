"""Standard 11: coordinating the drawing-up of the ministry's performance agreements.

Only the manifest is here; the procedure, the tables and the forms lie beside it.
"""

from __future__ import annotations

from plugins.performance_agreement import agreements, bench, demo
from plugins.performance_agreement.effects import EFFECTS, no_running_year
from plugins.performance_agreement.forms import AgreementForm
from plugins.performance_agreement.workflow import PK, REPORTING
from portal.api import OwnForm, Plugin, UnitSet, UnitSetRow, hookimpl

TEMPLATE = "performance_agreement/agreement.html"

UNITS = (
    ("setpres", "bag-akin-1"),
    ("setwapres", "bag-akin-1"),
    ("setmil", "bag-akin-1"),
    ("istana-bogor", "bag-akin-1"),
    ("istana-yogyakarta", "bag-akin-1"),
    ("istana-cipanas", "bag-akin-1"),
    ("istana-tampaksiring", "bag-akin-1"),
    ("setmen", "bag-akin-2"),
    ("dep-hukum", "bag-akin-2"),
    ("dep-hubungan", "bag-akin-2"),
    ("dep-aparatur", "bag-akin-2"),
    ("wantimpres", "bag-akin-2"),
    ("set-ksp", "bag-akin-2"),
)
"""The reporting units in the order of clause D, with the Bagian that coordinates each."""


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(
        title="Perjanjian Kinerja",
        standard="standard.md",
        workflows=[PK],
        forms={
            "unit-pk": OwnForm(
                AgreementForm, agreements.load, agreements.save, agreements.show, TEMPLATE
            ),
            "ministry-pk": OwnForm(
                AgreementForm, agreements.load_ministry, agreements.save, agreements.show, TEMPLATE
            ),
        },
        effects=EFFECTS,
        checks={"no-running-year": no_running_year},
        publications=["pk"],
        unit_sets=[
            UnitSet(
                REPORTING,
                "Satuan organisasi/satuan kerja penyusun PK",
                tuple(UnitSetRow(unit, coordinator) for unit, coordinator in UNITS),
            )
        ],
        table_prefix="pk",
        demo=demo.demo,
        bench=bench.bench,
    )
