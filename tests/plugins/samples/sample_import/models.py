"""A table with a foreign key that leads nowhere."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, metadata


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Lost(Base):
    """It would break every sorting of the tables."""

    __tablename__ = "lost_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("gone.id"))
