"""The table of the sample."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, metadata


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Note(Base):
    """A note on a case."""

    __tablename__ = "smp_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    text: Mapped[str] = mapped_column(String(200))
