"""A workflow whose steps take files, and what tests of files do with it."""

from __future__ import annotations

import io
import re
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.models import StoredFile
from portal.workflow.definition import Role, Start, Workflow, review, task
from portal.workflow.fields import Files, Rows, Text

FILED = Workflow(
    "filed",
    "Surat dengan lampiran",
    number="LMP",
    roles=(
        ("boss", Role("Kepala Biro", position="karo-otlak")),
        ("staff", Role("Staf Bagian", position="staf-akin-1")),
    ),
    starts=(
        Start(
            "new",
            "Surat baru",
            "Surat {hal}",
            record=(Text("hal", "Hal"), Files("surat", "Surat", required=False, max=2)),
        ),
    ),
    steps=(
        task(
            "a",
            "Menyusun",
            by="staff",
            record=[
                Text("hal", "Hal"),
                Files("lampiran", "Lampiran"),
                Rows(
                    "bukti",
                    "Bukti",
                    columns=(Files("berkas", "Berkas", required=False),),
                    min=0,
                ),
            ],
        ),
        review("b", "Memeriksa", by="boss", reviews="a", back_to="a"),
    ),
)
TEXT = b"isi surat"


def pdf(pages: int = 1, text: str = "") -> bytes:
    """A small PDF with blank pages."""
    stream = io.BytesIO()
    sheets = [Image.new("RGB", (200, 280), "white") for _ in range(pages)]
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:])
    return stream.getvalue()


def up(*named: tuple[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for name, content in named]


def rows(session: Session) -> list[StoredFile]:
    session.expire_all()
    return list(session.scalars(select(StoredFile).order_by(StoredFile.id)))


def refusals(refused: Any) -> str:
    text: str = refused.get_data(as_text=True)
    found = re.search(r'<div class="error-summary".*?</div>', text, re.DOTALL)
    assert found, text
    return re.sub(r"<[^>]+>|\s+", " ", found[0])
