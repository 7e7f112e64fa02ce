"""The printed form: standards, order of parties, attachment, and user text as data only."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

from portal.publishing.pdf import render_pdf, tree
from portal.testing.documents import sample_document
from site_static.schema import Document, Indicator, Level, Objective, digest

ADDRESS = "http://publik.test/pk/2026/setpres/v1/"


def pages(document: Document) -> list[str]:
    reader = PdfReader(BytesIO(render_pdf(document, ADDRESS)))
    return [page.extract_text(extraction_mode="layout") for page in reader.pages]


def test_the_pdf_is_tagged_and_says_which_standards_it_keeps() -> None:
    content = render_pdf(sample_document(), ADDRESS)
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    root = PdfReader(BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id-ID"


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_pdf(sample_document(), ADDRESS) == render_pdf(sample_document(), ADDRESS)


def test_the_second_party_signs_left_of_the_first() -> None:
    lines = pages(sample_document())[0].splitlines()
    row = next(line for line in lines if "Pihak Kedua" in line)
    assert row.index("Pihak Kedua") < row.index("Pihak Pertama")


def test_every_page_prints_the_fingerprint_and_the_address() -> None:
    document = sample_document(level=Level.ECHELON_2)
    found = pages(document)
    assert len(found) == 3  # statement, attachment, and activities on a sheet of their own
    for page in found:
        assert digest(document) in page.replace(" ", "")
        assert ADDRESS in page
        assert "DATA CONTOH" in page


def test_the_ministry_signs_alone_with_number_and_a_numbered_list_of_programmes() -> None:
    statement, attachment = pages(
        sample_document("ksn", "Kementerian Sekretariat Negara", level=Level.MINISTRY)
    )
    assert "Nomor: PK-2026-KSN" in statement
    assert "Pihak Kedua" not in statement
    assert "Sasaran Strategis" in attachment
    assert "Keterangan" not in attachment
    assert "Rp16.325.500.250" in attachment


def test_a_unit_prints_its_level_of_objectives_and_the_total() -> None:
    _, attachment = pages(sample_document())
    assert "Sasaran Program" in attachment
    assert "Rp12.450.000.000" in attachment
    assert "Jumlah" in attachment


def test_user_text_is_never_typst_source() -> None:
    evil = '#panic("x") $1/0$ @a <b> `c` \\ "quoted" *d* [e]'
    document = sample_document(
        number=evil,
        statement=("Isi #panic() dan **tebal**:", "1. butir #eval(1)"),
        objectives=(Objective(title=evil, indicators=(Indicator(text=evil, target="#1"),)),),
    )
    text = " ".join(pages(document)[0].split())
    assert '#panic("x") $1/0$ @a <b> `c`' in text
    assert "Isi #panic() dan" in text
    assert "**" not in text


def test_the_statement_becomes_a_tree_of_plain_data() -> None:
    html = '<p>a <strong>b</strong><br>c</p>\n<ol start="3">\n<li>d</li>\n</ol>'
    assert tree(html) == [
        {
            "tag": "p",
            "children": [
                {"tag": "text", "text": "a "},
                {"tag": "strong", "children": [{"tag": "text", "text": "b"}]},
                {"tag": "br", "children": []},
                {"tag": "text", "text": "c"},
            ],
        },
        {
            "tag": "ol",
            "start": 3,
            "children": [{"tag": "li", "children": [{"tag": "text", "text": "d"}]}],
        },
    ]
