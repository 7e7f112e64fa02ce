"""The public form of a document: canonical, complete, and without personal numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.testing.documents import sample_document
from site_static.schema import (
    Indicator,
    Level,
    Objective,
    PartyRole,
    Programme,
    SchemaError,
    as_data,
    canonical,
    digest,
    from_data,
)

NIP = "196501011990031001"


def test_a_document_survives_its_canonical_json() -> None:
    document = sample_document()
    assert from_data(as_data(document)) == document
    assert digest(from_data(as_data(document))) == digest(document)


def test_canonical_json_has_sorted_keys_no_spaces_and_plain_letters() -> None:
    assert canonical({"b": "≤ 3", "a": [1, True]}) == '{"a":[1,true],"b":"≤ 3"}'.encode()


def test_every_change_of_content_changes_the_fingerprint() -> None:
    document = sample_document()
    changed = [
        replace(document, number="PK-LAIN"),
        replace(document, version=2),
        replace(document, sample=False),
        replace(document, programmes=document.programmes[::-1]),
    ]
    assert len({digest(row) for row in [document, *changed]}) == 5


def test_the_total_is_the_sum_of_the_programmes() -> None:
    assert sample_document().total == 12_450_000_000 + 3_875_500_250


def test_data_whose_total_was_changed_is_refused() -> None:
    with pytest.raises(SchemaError, match="Jumlah anggaran"):
        from_data({**as_data(sample_document()), "total": 1})


@pytest.mark.parametrize("data", [{"schema": 2}, {"schema": 1}, {"schema": 1, "kind": "pk"}])
def test_incomplete_or_foreign_data_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        from_data(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parties": ()}, "pihak pertama dan pihak kedua"),
        ({"objectives": ()}, "sasaran"),
        ({"objectives": (Objective(title="Sasaran", indicators=()),)}, "belum mempunyai"),
        ({"programmes": (Programme(name="P", budget=-1),)}, "kurang dari nol"),
        ({"programmes": (Programme(name="P", budget=10**15),)}, "terlalu besar"),
        ({"unit_code": "Set Pres"}, "Kode unit"),
        ({"unit_code": "../rahasia"}, "Kode unit"),
        ({"kind": "lain"}, "Jenis dokumen"),
        ({"number": " "}, "Nomor masih kosong"),
        ({"version": 0}, "versi"),
        ({"title": f"Milik {NIP}"}, "NIP"),
        ({"title": "Milik 19650101 199003 1 001"}, "NIP"),
        ({"place": "nama@contoh.go.id"}, "surel"),
    ],
)
def test_what_cannot_be_made_public_is_refused_with_a_reason(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(SchemaError, match=message):
        sample_document(**change)


def test_the_ministry_has_one_party_and_others_two() -> None:
    ministry = sample_document("ksn", "Kementerian", level=Level.MINISTRY)
    assert [party.role for party in ministry.parties] == [PartyRole.FIRST]
    with pytest.raises(SchemaError, match="tepat satu pihak"):
        sample_document(level=Level.MINISTRY, parties=sample_document().parties)


def test_targets_may_be_words_and_signs() -> None:
    rows = (Indicator(text="Nilai", target="BB"), Indicator(text="Lama", target="≤ 3", unit="hari"))
    changed = replace(sample_document(), objectives=(Objective(title="S", indicators=rows),))
    assert from_data(as_data(changed)).objectives[0].indicators == rows
