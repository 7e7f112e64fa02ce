"""Bad: a relationship to a class that does not exist."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from portal.api import COLUMN_TYPES, Plugin, hookimpl, metadata


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Broken(Base):
    """Its mapper cannot be configured."""

    __tablename__ = "bad_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    nowhere: Mapped[Nowhere] = relationship()  # noqa: F821


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", table_prefix="bad")
