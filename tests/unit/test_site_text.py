"""Indonesian dates, money and fingerprints, and Markdown made safe."""

from __future__ import annotations

from datetime import date

from portal.testing.documents import sample_document
from site_static import text
from site_static.body import render_body
from site_static.schema import Level


def test_dates_and_instants_are_written_out_in_jakartas_day() -> None:
    assert text.long_date(date(2026, 8, 17)) == "17 Agustus 2026"
    assert text.long_date("2026-01-02") == "2 Januari 2026"
    assert text.long_date("2026-01-01T20:00:00+00:00") == "2 Januari 2026"


def test_money_sizes_and_fingerprints() -> None:
    assert text.rupiah(2_527_948_530_000) == "Rp2.527.948.530.000"
    assert text.size(48_802) == "49 kB"
    assert text.size(10) == "1 kB"
    assert text.grouped("ab" * 8) == "abababab abababab"


def test_a_numbered_list_stays_apart_from_bullets_that_follow() -> None:
    html = text.safe_html(("3. tiga\n4. empat", "- a\n- b"))
    assert html.count("<ol") == html.count("<ul") == 1
    assert 'start="3"' in html


def test_markup_in_user_text_is_dropped_or_escaped() -> None:
    html = text.safe_html(("<script>x()</script> [t](javascript:x) <b onclick=x>tebal</b> **k**",))
    assert "<script" not in html
    assert "href" not in html
    assert "onclick" not in html
    assert "<strong>k</strong>" in html


def test_the_body_escapes_user_text_and_names_the_objectives_by_level() -> None:
    document = sample_document(title="T", unit_name="Unit", level=Level.ECHELON_2)
    body = render_body(document)
    assert "Sasaran Kegiatan 1:" in body
    assert "Kegiatan dan anggaran" in body
    assert "Rp16.325.500.250" in body
    evil = sample_document(number="N", place="<i>", unit_name="<script>")
    assert "<script>" not in render_body(evil)
