"""Page images of stored files, drawn by the server and kept in ``<instance>/previews``.

The file itself never stands in a page. A page is drawn by ``render`` in a process of its
own, with limits on time and memory; the folder can be emptied at any time. Rights are
asked by ``file_views``.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from flask import current_app
from flask_babel import gettext as _

from portal.config import Settings
from portal.documents import render
from portal.documents.file_types import preview_type
from portal.documents.models import StoredFile
from portal.documents.storage import storage
from portal.errors import Invalid, NotFound

log = logging.getLogger(__name__)

MOST_PAGES: Final = 100
"""Later pages are read in the downloaded file."""
SECONDS: Final = 15
_WAIT: Final = 20
_drawing = BoundedSemaphore(2)


def has_preview(name: str) -> bool:
    """Whether pages of a file with this name can be shown."""
    return preview_type(name) is not None


def preview_folder() -> Path:
    """Where page images are kept."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.instance / "previews"


def page_count(row: StoredFile) -> int:
    """How many pages can be shown; draws the first.

    Raises:
        NotFound: no pages of this type are shown, or the content is gone.
        Invalid: the file cannot be drawn.
    """
    page_image(row, 1)
    pages = int((preview_folder() / row.token / "pages").read_text(encoding="ascii"))
    return min(pages, MOST_PAGES)


def page_image(row: StoredFile, number: int) -> Path:
    """The PNG of a page (from 1), drawn if it is not there yet.

    Raises:
        NotFound: there is no such page, none of this type are shown, or the content is gone.
        Invalid: the file cannot be drawn, or not within the limits.
    """
    if preview_type(row.name) is None or not 1 <= number <= MOST_PAGES:
        raise NotFound(_("Halaman ini tidak ada. Unduh berkasnya untuk membaca seluruh isinya."))
    folder = preview_folder() / row.token
    image = folder / f"{number}.png"
    if image.exists():
        return image
    source = storage().path(row.token)
    if not source.exists():
        raise NotFound(missing_text())
    if not _drawing.acquire(timeout=_WAIT):
        raise Invalid(_("Portal sedang sibuk membuat pratinjau. Coba lagi sebentar lagi."))
    try:
        if not image.exists():
            _draw(row, source, number, folder)
    except OSError as error:
        log.error("a preview could not be kept", exc_info=error)
        raise Invalid(_broken_text()) from error
    finally:
        _drawing.release()
    return image


def _draw(row: StoredFile, source: Path, number: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kind = "pdf" if row.kind == "pdf" else "image"
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        target = Path(place) / "page.png"
        command = [sys.executable, "-I", render.__file__, kind, str(source), str(number)]
        try:
            done = subprocess.run(
                [*command, str(target)],
                capture_output=True,
                timeout=SECONDS,
                check=False,
                cwd=place,
                env={},
            )
        except subprocess.TimeoutExpired as error:
            log.warning("drawing page %s of file %s took too long", number, row.id)
            raise Invalid(_broken_text()) from error
        if done.returncode == 2:
            raise NotFound(_("Halaman ini tidak ada dalam berkas."))
        if done.returncode != 0 or not target.exists():
            log.warning("file %s has no preview: %s", row.id, done.stderr[-300:])
            raise Invalid(_broken_text())
        (Path(place) / "pages").write_bytes(done.stdout.strip())
        (Path(place) / "pages").replace(folder / "pages")
        target.replace(folder / f"{number}.png")


def missing_text() -> str:
    """What a person reads when the content is not on the disk."""
    return _("Isi berkas ini tidak ditemukan di penyimpanan. Hubungi administrator portal.")


def _broken_text() -> str:
    return _("Pratinjau berkas ini tidak dapat dibuat. Unduh berkasnya untuk membacanya.")
