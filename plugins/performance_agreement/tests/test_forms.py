"""The form of an agreement: targets, budgets, total, and what it says when something is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from plugins.performance_agreement.forms import MAX_TOTAL, AgreementForm, read_target
from portal.api import Invalid, change_rows

GOOD = {
    "objectives-0-text": "Meningkatnya mutu",
    "objectives-0-indicators-0-text": "Persentase tepat waktu",
    "objectives-0-indicators-0-target": "97,5",
    "objectives-0-indicators-0-unit": "persen",
    "programmes-0-name": "Program contoh",
    "programmes-0-budget": "1.250.000",
    "programmes-1-name": "Program lain",
    "programmes-1-budget": "Rp 750.000",
    "total": "2.000.000",
}


def form(**changes: str) -> AgreementForm:
    """The form as it is sent; ``objectives_0_text="…"`` changes a field."""
    sent = GOOD | {name.replace("_", "-"): value for name, value in changes.items()}
    return AgreementForm(formdata=MultiDict(sent))


def messages(errors: object) -> list[str]:
    """All messages of nested errors."""
    if isinstance(errors, str):
        return [errors]
    parts = errors.values() if isinstance(errors, dict) else errors
    return [text for part in parts for text in messages(part)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("97,5", Decimal("97.5")),
        ("1.234", Decimal(1234)),
        ("-3", Decimal(-3)),
        ("100", Decimal(100)),
        ("BB", None),
        ("≤ 3", None),
        ("≤ 3,5 persen", None),
        ("97,5%", None),
        ("3 hari", None),
        ("pukul 16.00", None),
        ("31-12-2027", None),
    ],
)
def test_targets_are_numbers_or_words(text: str, number: Decimal | None) -> None:
    assert read_target(text) == number


@pytest.mark.parametrize("text", ["97.5", "< 0.5", "97.5%", "1,2,3", "12.34.567"])
def test_a_decimal_point_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_target(text)


def test_the_refusal_shows_the_comma() -> None:
    sent = form(objectives_0_indicators_0_target="97.5")
    assert not sent.validate()
    assert messages(sent.errors) == [
        "Tulis 97,5, bukan 97.5: desimal memakai koma, ribuan memakai titik."
    ]


@pytest.mark.parametrize("text", ["9" * 19, "0,1234567"])
def test_a_number_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="terlalu panjang"):
        read_target(text)


def test_a_good_form_is_accepted() -> None:
    sent = form()
    assert sent.validate(), sent.errors
    assert sent.total.data == 2_000_000


def test_the_total_must_be_the_sum() -> None:
    sent = form(total="2.000.001")
    assert not sent.validate()
    assert messages(sent.errors) == [
        "Jumlah program adalah Rp2.000.000, bukan Rp2.000.001. Periksa kembali salah satunya."
    ]


def test_a_sum_beyond_all_budgets_is_refused() -> None:
    amount = str(MAX_TOTAL)
    sent = form(programmes_0_budget=amount, programmes_1_budget="0", total=amount)
    assert not sent.validate()
    assert messages(sent.errors) == ["Jumlah anggaran terlalu besar; periksa kembali angkanya."]


@pytest.mark.parametrize("text", ["1.5", "1,5", "seratus", "-1", "1.000.00"])
def test_a_budget_is_whole_rupiah(text: str) -> None:
    sent = form(programmes_0_budget=text)
    assert not sent.validate()
    assert "bukan jumlah rupiah" in messages(sent.errors)[0]


@pytest.mark.parametrize(
    "name",
    [
        "objectives_0_text",
        "objectives_0_indicators_0_text",
        "objectives_0_indicators_0_target",
        "programmes_0_name",
    ],
)
@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_left_empty(name: str, text: str) -> None:
    sent = form(**{name: text})
    assert not sent.validate()
    assert messages(sent.errors) == ["Isian ini wajib diisi."]


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("objectives_0_text", 1000),
        ("objectives_0_indicators_0_text", 1000),
        ("objectives_0_indicators_0_target", 100),
        ("objectives_0_indicators_0_unit", 60),
        ("programmes_0_name", 500),
    ],
)
def test_over_long_text_is_refused_and_kept(name: str, most: int) -> None:
    text = "x" * (most + 1)
    sent = form(**{name: text})
    assert not sent.validate()
    assert messages(sent.errors) == [f"Isi paling banyak {most} huruf."]
    assert form(**{name: "x" * most}).validate()


def test_rows_inside_rows_grow_and_shrink_without_scripts() -> None:
    sent = form()
    assert change_rows(sent, {"_rows": "add:objectives-0-indicators"})
    indicators = sent.objectives.entries[0].form.indicators
    assert [entry.name for entry in indicators.entries] == [
        "objectives-0-indicators-0",
        "objectives-0-indicators-1",
    ]
    assert indicators.entries[0].form.target.data == "97,5"
    assert change_rows(sent, {"_rows": "remove:objectives-0-indicators:0"})
    assert [entry.name for entry in indicators.entries] == ["objectives-0-indicators-1"]
    assert change_rows(sent, {"_rows": "remove:objectives-0-indicators:1"})
    assert len(indicators.entries) == 1, "one indicator stays"
