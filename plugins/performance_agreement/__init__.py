"""Standard 11: coordinating the drawing-up of the ministry's performance agreements.

Only the manifest is here; the procedure, the tables and the forms lie beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from plugins.performance_agreement import agreements, bench, demo, publication, views
from plugins.performance_agreement.effects import EFFECTS
from plugins.performance_agreement.forms import AgreementForm
from plugins.performance_agreement.workflow import PK, REPORTING, UNITS
from portal.api import MenuItem, OwnForm, Plugin, UnitSet, UnitSetRow, hookimpl

TEMPLATE = "performance_agreement/agreement.html"


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
        publications=["pk"],
        unit_sets=[
            UnitSet(
                REPORTING,
                "Satuan organisasi/satuan kerja penyusun PK",
                tuple(UnitSetRow(unit, coordinator) for unit, coordinator in UNITS),
            )
        ],
        table_prefix="pk",
        blueprints=[views.bp],
        permissions={views.READ: views.may_read, views.OVERVIEW: views.may_oversee},
        menu=[
            MenuItem(
                label="Perjanjian kinerja",
                endpoint="performance_agreement.overview",
                icon="signature",
                group="Standar pelayanan",
                permission=views.OVERVIEW,
            )
        ],
        demo=demo.demo,
        bench=bench.bench,
        measured=(bench.CASES,),
    )


@hookimpl
def portal_slot(slot: str, context: Mapping[str, Any]) -> Markup | None:
    """Links on the case pages of this service."""
    if slot == "case.page" and context["case"].plugin == publication.PLUGIN:
        return views.case_links(context["case"])
    return None
