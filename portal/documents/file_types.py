"""Which files the portal takes: type by content, unpacked size, a name that is safe to show.

Pure checks over a readable binary stream, without database or folder; what is kept and
where is in ``files``. The name a browser sends decides nothing but what is shown.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from flask_babel import gettext as _

from portal.errors import Invalid

MEBIBYTE: Final = 1024 * 1024
HEAD: Final = 8192
LONGEST_NAME: Final = 150
MOST_UNPACKED: Final = 300 * MEBIBYTE
"""Bytes that a packed document may hold in all."""
MOST_PARTS: Final = 10_000
MOST_PIXELS: Final = 100_000_000
"""Width times height of an image."""

_CHUNK = 256 * 1024
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken; ``mime`` is what it is served as."""

    extension: str
    label: str
    mime: str
    check: Callable[[BinaryIO, str], None]
    preview: bool = False


def file_type(name: str, stream: BinaryIO) -> FileType:
    """The type of a file whose content agrees with its name.

    Raises:
        Invalid: it is empty, of a kind that is not taken, not what its name says,
            damaged, protected by a password, or too large when unpacked.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = TYPES.get(extension)
    if kind is None:
        raise Invalid(
            _("%(name)s: jenis berkas ini tidak diterima. Kirim sebagai %(kinds)s.",
              name=name, kinds=accepted_text())
        )  # fmt: skip
    stream.seek(0)
    if not stream.read(1):
        raise Invalid(_("%(name)s kosong (0 byte). Pilih berkas yang berisi.", name=name))
    stream.seek(0)
    kind.check(stream, name)
    stream.seek(0)
    return kind


def clean_name(name: str) -> str:
    """The last part of a file name, without control and direction characters, not too long."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in base)
    shown = re.sub(r"\s+", " ", shown).strip(" .")
    stem, dot, extension = shown.rpartition(".")
    if not dot:
        return shown[:LONGEST_NAME] or "berkas"
    extension = extension.strip()[:10]
    return f"{stem.strip()[: LONGEST_NAME - len(extension) - 1] or 'berkas'}.{extension}"


def accepted_text() -> str:
    """The kinds that are taken, for a sentence."""
    labels = list(dict.fromkeys(kind.label for kind in TYPES.values()))
    return _("%(these)s, atau %(last)s", these=", ".join(labels[:-1]), last=labels[-1])


def accepted_attribute() -> str:
    """The same for the ``accept`` of an input; a help only, the server decides."""
    return ",".join(f".{extension}" for extension in TYPES)


def preview_type(name: str) -> FileType | None:
    """The type of a stored file if its pages can be shown as images."""
    kind = TYPES.get(name.rpartition(".")[2].lower())
    return kind if kind is not None and kind.preview else None


def _signatures(stream: BinaryIO) -> set[str]:
    """The extensions that the first bytes fit, without the dot."""
    import puremagic  # only where a file is looked at: it reads its tables at import

    head = stream.read(HEAD)
    stream.seek(0)
    try:
        return {match.extension.lstrip(".").lower() for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _mismatch(name: str) -> Invalid:
    return Invalid(
        _("%(name)s: isi berkas tidak sesuai dengan namanya. Simpan ulang dari aplikasinya, "
          "lalu unggah lagi.", name=name)
    )  # fmt: skip


def _damaged(name: str) -> Invalid:
    return Invalid(
        _("%(name)s rusak atau dilindungi kata sandi, jadi tidak dapat dibuka. Unggah salinan "
          "yang utuh tanpa kata sandi.", name=name)
    )  # fmt: skip


def _too_large_inside(name: str) -> Invalid:
    return Invalid(
        _("%(name)s terlalu besar bila dibuka. Perkecil gambar di dalamnya, lalu unggah lagi.",
          name=name)
    )  # fmt: skip


def _pdf(stream: BinaryIO, name: str) -> None:
    if "pdf" not in _signatures(stream) or stream.read(5) != b"%PDF-":
        raise _mismatch(name)


def _image(*signatures: str) -> Callable[[BinaryIO, str], None]:
    def check(stream: BinaryIO, name: str) -> None:
        if not _signatures(stream) & set(signatures):
            raise _mismatch(name)
        from PIL import Image  # a heavy import, needed for images alone

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the size is judged below
                with Image.open(stream, formats=("PNG", "JPEG")) as image:
                    width, height = image.size
        except (Image.DecompressionBombError, MemoryError) as error:
            raise _too_large_inside(name) from error
        except (OSError, SyntaxError, ValueError) as error:
            raise _damaged(name) from error
        if width * height > MOST_PIXELS:
            raise _too_large_inside(name)

    return check


def _text(stream: BinaryIO, name: str) -> None:
    before = b""
    while chunk := stream.read(_CHUNK):
        try:
            text = (before + chunk).decode("utf-8")
            before = b""
        except UnicodeDecodeError as error:
            # a character may be cut by the end of the chunk, and only there
            whole = (before + chunk)[: error.start]
            before = (before + chunk)[error.start :]
            if len(before) > 3:
                raise _mismatch(name) from error
            text = whole.decode("utf-8")
        if any(each < " " and each not in "\t\r\n\f" for each in text):
            raise _mismatch(name)
    if before:
        raise _mismatch(name)


def _package(content_type: str) -> Callable[[BinaryIO, str], None]:
    """A packed office document whose main part is of ``content_type``; macros are refused."""

    def check(stream: BinaryIO, name: str) -> None:
        if not zipfile.is_zipfile(stream) or stream.seek(0) or stream.read(2) != b"PK":
            raise _mismatch(name)
        try:
            with zipfile.ZipFile(stream) as package:
                _unpacks(package, name)
                if _declared(package) != content_type:
                    raise _mismatch(name)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError,
                NotImplementedError, KeyError, ValueError) as error:  # fmt: skip
            raise _damaged(name) from error

    return check


def _unpacks(package: zipfile.ZipFile, name: str) -> None:
    """Read every part to its end: what it says of its size may be a lie."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_large_inside(name)
    for part in parts:
        if part.flag_bits & 1:
            raise _damaged(name)
        if part.filename.lower().endswith("vbaproject.bin"):
            raise Invalid(
                _("%(name)s memuat makro. Simpan sebagai dokumen tanpa makro, lalu unggah lagi.",
                  name=name)
            )  # fmt: skip
        with package.open(part) as content:
            while content.read(_CHUNK):
                pass


def _declared(package: zipfile.ZipFile) -> str:
    """The content type that a package gives itself: of ODF, or of OOXML's main part."""
    names = set(package.namelist())
    if "mimetype" in names:
        return package.read("mimetype")[:200].decode("ascii", "replace").strip()
    if "[Content_Types].xml" not in names:
        return ""
    listing = package.read("[Content_Types].xml")[:MEBIBYTE].decode("utf-8", "replace")
    found = re.search(r"ContentType=[\"']([^\"']+)\.main\+xml[\"']", listing)
    return found[1] if found else ""


TYPES: Final[dict[str, FileType]] = {
    kind.extension: kind
    for kind in (
        FileType("pdf", "PDF", "application/pdf", _pdf, preview=True),
        *(
            FileType(extension, label, mime, _package(mime))
            for extension, label, mime in (
                ("docx", "Word", _OOXML + "wordprocessingml.document"),
                ("xlsx", "Excel", _OOXML + "spreadsheetml.sheet"),
                ("pptx", "PowerPoint", _OOXML + "presentationml.presentation"),
                ("odt", "OpenDocument", _ODF + "text"),
                ("ods", "OpenDocument", _ODF + "spreadsheet"),
                ("odp", "OpenDocument", _ODF + "presentation"),
            )
        ),
        FileType("jpg", "JPEG", "image/jpeg", _image("jpg", "jpeg"), preview=True),
        FileType("jpeg", "JPEG", "image/jpeg", _image("jpg", "jpeg"), preview=True),
        FileType("png", "PNG", "image/png", _image("png"), preview=True),
        FileType("txt", "teks", "text/plain", _text),
        FileType("csv", "CSV", "text/csv", _text),
    )
}
"""By extension; a kind that is not here is refused."""
