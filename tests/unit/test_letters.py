"""Letters: values stay values, and Markdown never becomes a script."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.letters import (
    LetterTemplate,
    escape_markdown,
    parse_template,
    render_markdown,
    shipped_template,
)
from portal.errors import Invalid, NotFound

LETTER = LetterTemplate("uji", "Uji", "Yth. {{kepada}}\n\nHal: **{{ hal }}** ({{kepada}})\n")


@pytest.fixture
def _messages() -> object:
    app = Flask("uji")
    Babel(app, default_locale="id")
    with app.test_request_context():
        yield


def test_fills_its_placeholders_in_order_and_once_each() -> None:
    assert LETTER.placeholders == ("kepada", "hal")
    page = LETTER.render({"kepada": "Kepala Biro Umum", "hal": "Permintaan dokumen"})
    assert page == (
        "<p>Yth. Kepala Biro Umum</p>\n"
        "<p>Hal: <strong>Permintaan dokumen</strong> (Kepala Biro Umum)</p>"
    )


@pytest.mark.usefixtures("_messages")
def test_names_what_is_missing() -> None:
    with pytest.raises(Invalid, match=r"belum lengkap: hal\.") as caught:
        LETTER.fill({"kepada": "x"})
    assert caught.value.fields == {"hal": "Wajib diisi."}


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "**tebal** dan _miring_",
        "[klik](javascript:alert(1))",
        "# Judul",
        "- butir",
        "1. nomor",
        "> kutipan",
        "{{hal}}",
        "&lt;b&gt;",
        "| a | b |",
        "http://contoh.test/?a=1&b=2",
        "`kode`",
        "===",
    ],
)
def test_a_value_is_shown_as_it_was_typed(value: str) -> None:
    page = LetterTemplate("uji", "Uji", "{{isi}}\n").render({"isi": value})
    inside = page.removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inside
    assert html.unescape(inside) == value


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
def test_no_value_becomes_markup(value: str) -> None:
    page = LetterTemplate("uji", "Uji", "Awal {{isi}} akhir\n").render({"isi": value})
    assert set(re.findall(r"<[^>]*>", page)) <= {"<p>", "</p>", "<br>"}


def test_the_lines_of_a_value_stay_lines() -> None:
    assert escape_markdown("satu\n\n  dua ") == "satu<br><br>dua"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://x.test" onclick="x()" style="color:red">x</a>',
        "<svg><script>1</script></svg>",
        "![x](https://x.test/p.png)",
        "<style>p{}</style>",
    ],
)
def test_markdown_of_anybody_is_safe(text: str) -> None:
    page = render_markdown(text).lower()
    for bad in ("<script", "onerror", "onclick", "javascript:", "data:", "<svg", "<img", "style"):
        assert bad not in page


def test_markdown_keeps_what_letters_need() -> None:
    page = render_markdown(
        "# Judul\n\n1. satu\n2. dua\n\n* butir\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    for good in ("<h2>Judul</h2>", "<ol>", "<ul>", "<table>", "<td>1</td>"):
        assert good in page
    assert "<h1" not in page
    assert render_markdown("[s](https://setneg.go.id)") == (
        '<p><a href="https://setneg.go.id" rel="noopener noreferrer">s</a></p>'
    )


@pytest.mark.parametrize(("key", "title"), [("memorandum", "Memorandum"), ("surat", "Surat dinas")])
def test_the_core_ships_two_general_texts(key: str, title: str) -> None:
    template = shipped_template(key)
    assert template.title == title
    page = template.render(dict.fromkeys(template.placeholders, "isian"))
    assert "{{" not in page
    assert "isian" in page


@pytest.mark.usefixtures("_messages")
def test_a_template_that_is_none_is_refused() -> None:
    with pytest.raises(NotFound):
        shipped_template("../models")
    with pytest.raises(Invalid, match="baris judul"):
        parse_template("x", "tanpa judul")
