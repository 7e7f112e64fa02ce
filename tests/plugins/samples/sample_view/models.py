"""The table of the sample."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, metadata


class Base(DeclarativeBase):
    """A base of its own."""

    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Row(Base):
    """One row."""

    __tablename__ = "viw_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
