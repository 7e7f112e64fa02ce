"""Bad: a column that the migrations do not make, and a table they leave behind."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, Plugin, hookimpl, metadata


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Row(Base):
    """The migration knows only its id."""

    __tablename__ = "drf_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    forgotten: Mapped[int]


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", table_prefix="drf")
