"""From an agreement to its public document: parties, wording, and what may not be public."""

from __future__ import annotations

from datetime import date

import pytest

from plugins.performance_agreement.models import Agreement, Budget, Goal, Measure
from plugins.performance_agreement.publication import (
    check_content,
    document_of,
    parties_of,
    sign_first,
    sign_second,
)
from portal.api import Actor, Holding, Invalid, PartyRole
from portal.testing import clock
from portal.testing.inside import HolderKind
from portal.testing.pytest_plugin import MONDAY_NINE

DAY = date(2027, 1, 4)


def agreement(level: str = "eselon1", **changes: object) -> Agreement:
    """A signed agreement, without a database."""
    row = Agreement(
        case_id=1,
        root_case_id=1,
        year=2027,
        unit_code="ksn" if level == "ministry" else "setpres",
        unit_name="Sekretariat Presiden",
        level=level,
        number="1/PK/2027",
        first_name="Kepala Contoh",
        first_title="Kepala Sekretariat Presiden",
        first_acting="",
        first_signed=DAY,
        second_name="" if level == "ministry" else "Menteri Contoh",
        second_title="" if level == "ministry" else "Menteri Sekretaris Negara",
        second_acting="",
        second_signed=None if level == "ministry" else DAY,
        objectives=[
            Goal(
                position=1,
                text="Meningkatnya mutu",
                indicators=[Measure(position=1, text="Nilai SAKIP", target="BB", unit="")],
            )
        ],
        programmes=[Budget(position=1, name="Program contoh", budget=1_000)],
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def holding(kind: HolderKind, mandate: str) -> Holding:
    return Holding(7, "kasetpres", "Kepala Sekretariat Presiden", 3, kind, mandate)


ACTOR = Actor(5, "Pejabat Contoh", "kasetpres", False, ())


def test_the_ministry_has_one_party_and_no_supervision() -> None:
    document = document_of(agreement("ministry"), 1, DAY, sample=False)
    assert [party.role for party in document.parties] == [PartyRole.FIRST]
    assert document.parties[0].designation == ""
    assert "saya" in document.statement[0]
    assert not any("Pihak kedua" in text for text in document.pledges)


def test_a_unit_has_two_parties_and_its_superior_supervises() -> None:
    document = document_of(agreement(), 1, DAY, sample=True)
    assert [party.role for party in document.parties] == [PartyRole.FIRST, PartyRole.SECOND]
    assert document.parties[1].title == "Menteri Sekretaris Negara"
    assert document.parties[0].approval == "Persetujuan tercatat di portal, 4 Januari 2027"
    assert "supervisi" in document.pledges[1]
    assert document.sample
    assert document.total == 1_000


@pytest.mark.parametrize(
    ("kind", "mandate", "note"),
    [
        (HolderKind.DEFINITIVE, "", ""),
        (HolderKind.PLT, "Surat Perintah 7/2027", "Plt. (Surat Perintah 7/2027)"),
        (HolderKind.PLH, "", "Plh."),
    ],
)
def test_an_acting_official_signs_as_such(kind: HolderKind, mandate: str, note: str) -> None:
    row = agreement()
    with clock.frozen(MONDAY_NINE):
        sign_first(row, ACTOR, holding(kind, mandate))
        sign_second(row, ACTOR, holding(kind, mandate))
    first, second = parties_of(row)
    assert (first.name, first.acting) == ("Pejabat Contoh", note)
    assert second.acting == note
    assert row.first_signed == date(2026, 11, 23)


def test_what_is_missing_is_said_in_indonesian() -> None:
    with pytest.raises(Invalid, match=r"PK Sekretariat Presiden .*Nama pihak masih kosong"):
        document_of(agreement(second_name=""), 1, DAY, sample=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"programmes": [Budget(position=1, name="P", budget=-1)]}, "kurang dari nol"),
        ({"objectives": []}, "Lengkapi pernyataan dan sasaran"),
        (
            {"programmes": [Budget(position=1, name="19800101 200501 1 001", budget=1)]},
            "seperti NIP",
        ),
    ],
)
def test_what_may_not_be_public_is_found_while_it_is_written(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        check_content(agreement(first_name="", second_name="", number="", **change))


def test_a_draft_without_signatures_has_good_content() -> None:
    check_content(agreement(first_name="", first_title="", second_name="", number=""))
