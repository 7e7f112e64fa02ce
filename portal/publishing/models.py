"""The table of finalized documents: frozen content, and how far each has come to the public."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, Index, LargeBinary, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from portal.db import Base
from portal.errors import Conflict


class PublicationStatus(StrEnum):
    """``finalized`` is locked and not public, ``published`` is in the store."""

    FINALIZED = "finalized"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Publication(Base):
    """One version of a finalized document; its content never changes: triggers refuse it.

    ``path`` is the permanent public address without slashes at its ends, ``digest`` the
    SHA-256 of ``canonical``. ``requested_at`` is the decision to publish, ``published_at``
    the moment at which the store had it. Plain ids, no foreign keys: a publication
    outlives the plugin and the case that it came from.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("path", "version"),
        Index("ix_publication_pending", "status", "requested_at"),
        Index("ix_publication_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    year: Mapped[int]
    unit_code: Mapped[str] = mapped_column(String(100))
    unit_name: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(500))
    number: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    canonical: Mapped[str] = mapped_column(Text, deferred=True)
    html: Mapped[str] = mapped_column(Text, deferred=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    pdf_size: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    case_id: Mapped[int | None]
    plugin: Mapped[str] = mapped_column(String(60), default="")
    finalized_at: Mapped[datetime]
    finalized_by: Mapped[str] = mapped_column(String(300))
    status: Mapped[PublicationStatus] = mapped_column(
        String(12), default=PublicationStatus.FINALIZED
    )
    requested_at: Mapped[datetime | None]
    requested_by: Mapped[str] = mapped_column(String(300), default="")
    published_at: Mapped[datetime | None]

    @property
    def folder(self) -> str:
        """The permanent address of this version, without slashes at its ends."""
        return f"{self.path}/v{self.version}"


CHANGING = frozenset({"status", "requested_at", "requested_by", "published_at"})


_FROZEN = [each.name for each in Publication.__table__.columns if each.name not in CHANGING]
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _FROZEN) for row in ("OLD", "NEW"))
_REFUSAL = "a finalized publication never changes"

#: What refuses a change also past the portal, by database; a migration runs the same.
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        (
            "CREATE TRIGGER publication_no_change BEFORE UPDATE ON publication "
            f"WHEN ({_OLD}) IS NOT ({_NEW}) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        ),
        (
            "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION publication_refuse() RETURNS trigger "
            f"LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{_REFUSAL}''; END'"
        ),
        (
            "CREATE TRIGGER publication_no_change BEFORE UPDATE ON publication FOR EACH ROW "
            f"WHEN (ROW({_OLD}) IS DISTINCT FROM ROW({_NEW})) "
            "EXECUTE FUNCTION publication_refuse()"
        ),
        (
            "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication "
            "FOR EACH ROW EXECUTE FUNCTION publication_refuse()"
        ),
        (
            "CREATE TRIGGER publication_no_truncate BEFORE TRUNCATE ON publication "
            "FOR EACH STATEMENT EXECUTE FUNCTION publication_refuse()"
        ),
    ),
}

for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        _guard: DDL = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        event.listen(Publication.__table__, "after_create", _guard.execute_if(dialect=_dialect))


@event.listens_for(Publication, "before_update")
def _refuse_change(mapper: Mapper[Any], connection: Any, target: Publication) -> None:
    changed = {
        attribute.key
        for attribute in inspect(target).attrs
        if attribute.history.has_changes() and attribute.key not in CHANGING
    }
    if changed:
        raise Conflict("Dokumen yang sudah final tidak dapat diubah; buat versi baru.")
