"""What is taken as a file: by content, by unpacked size, with a name that is safe to show."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from flask_babel import Babel
from PIL import Image

from portal.documents import file_types
from portal.documents.file_types import clean_name, file_type
from portal.errors import Invalid

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = f'<Types><Override PartName="/word/document.xml" ContentType="{WORD}.main+xml"/></Types>'
EXECUTABLE = b"MZ\x90\x00" + bytes(200)


@pytest.fixture(autouse=True)
def messages() -> Iterator[None]:
    app = Flask("portal")
    Babel(app)
    with app.test_request_context():
        yield


def package(parts: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def picture(kind: str, size: tuple[int, int] = (20, 10)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


WORD_FILE = {"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("surat.pdf", b"%PDF-1.7\n%%EOF\n"),
        ("SURAT.PDF", b"%PDF-1.4\n"),
        ("surat.docx", package(WORD_FILE)),
        ("surat.odt", package({"mimetype": "application/vnd.oasis.opendocument.text"})),
        ("foto.png", picture("PNG")),
        ("foto.jpeg", picture("JPEG")),
        ("catatan.txt", "Rapat pukul 09.30 – selesai\n".encode() * 20_000),
        ("daftar.csv", b"nama;jumlah\nA;1\n"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, content: bytes) -> None:
    assert file_type(name, io.BytesIO(content)).extension == name.rpartition(".")[2].lower()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("kosong.pdf", b"", "kosong (0 byte)"),
        ("laporan.pdf", EXECUTABLE, "tidak sesuai dengan namanya"),
        ("laporan.docx", EXECUTABLE, "tidak sesuai dengan namanya"),
        ("laporan.png", EXECUTABLE, "tidak sesuai dengan namanya"),
        ("laporan.txt", EXECUTABLE, "tidak sesuai dengan namanya"),
        ("laporan.txt", b"abc\xff", "tidak sesuai dengan namanya"),
        ("laporan.pdf", package(WORD_FILE), "tidak sesuai dengan namanya"),
        ("surat.xlsx", package(WORD_FILE), "tidak sesuai dengan namanya"),
        ("arsip.docx", package({"a.txt": "a"}), "tidak sesuai dengan namanya"),
        ("foto.jpg", picture("PNG"), "tidak sesuai dengan namanya"),
        ("program.exe", EXECUTABLE, "jenis berkas ini tidak diterima"),
        ("halaman.html", b"<html>", "jenis berkas ini tidak diterima"),
        ("gambar.svg", b"<svg/>", "jenis berkas ini tidak diterima"),
        ("tanpa-jenis", b"abc", "jenis berkas ini tidak diterima"),
        ("foto.png", picture("PNG")[:30], "rusak"),
        ("surat.docx", package({**WORD_FILE, "word/vbaProject.bin": b"x"}), "makro"),
    ],
)
def test_any_other_file_is_refused_by_name(name: str, content: bytes, message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        file_type(name, io.BytesIO(content))
    assert message in str(refusal.value)
    assert str(refusal.value).startswith(name)


def test_a_document_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "MOST_UNPACKED", 1_000_000)
    bomb = package({**WORD_FILE, "word/media/a.bmp": bytes(2_000_000)})
    assert len(bomb) < 10_000
    with pytest.raises(Invalid, match="terlalu besar bila dibuka"):
        file_type("surat.docx", io.BytesIO(bomb))


def test_a_document_that_lies_about_its_unpacked_size_is_refused() -> None:
    honest = package({**WORD_FILE, "word/media/a.bmp": bytes(2_000_000)})
    lying = honest.replace((2_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(Invalid, match="rusak"):
        file_type("surat.docx", io.BytesIO(lying))


def test_an_image_of_too_many_points_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "MOST_PIXELS", 100)
    with pytest.raises(Invalid, match="terlalu besar bila dibuka"):
        file_type("foto.png", io.BytesIO(picture("PNG")))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("surat.pdf", "surat.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\saya\surat dinas.pdf", "surat dinas.pdf"),
        ("a\x00b\r\nc.pdf", "a b c.pdf"),
        ("surat\u202efdp.exe", "surat fdp.exe"),
        ("  .pdf", "pdf"),
        ("", "berkas"),
        ("/", "berkas"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_is_cleaned(given: str, shown: str) -> None:
    assert clean_name(given) == shown
