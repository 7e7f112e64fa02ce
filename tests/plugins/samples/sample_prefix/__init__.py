"""Bad: a table without the plugin's prefix."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, Plugin, hookimpl, metadata


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Stray(Base):
    """It could collide with anything."""

    __tablename__ = "stray"

    id: Mapped[int] = mapped_column(primary_key=True)


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", table_prefix="prf")
