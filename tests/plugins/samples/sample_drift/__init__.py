"""Bad: a column that the migrations do not make, and a table they leave behind."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from portal.api import Plugin, hookimpl, plugin_base

Base = plugin_base()


class Row(Base):
    """The migration knows only its id."""

    __tablename__ = "drf_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    forgotten: Mapped[int]


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(standard="standard.md", table_prefix="drf")
