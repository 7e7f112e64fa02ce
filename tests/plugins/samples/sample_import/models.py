"""A table with a foreign key that leads nowhere."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.api import plugin_base

Base = plugin_base()


class Lost(Base):
    """It would break every sorting of the tables."""

    __tablename__ = "lost_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("gone.id"))
