"""Writers of a shared chain wait for each other; none is refused, no number is given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.db import transaction

WRITERS = 8


@pytest.mark.parametrize("chain", ["system", "accounts", "organisation", "publications"])
def test_writers_at_once_get_one_number_each(app: Flask, session: Session, chain: str) -> None:
    session.rollback()
    gate = Barrier(WRITERS)

    def write(number: int) -> None:
        with app.app_context():
            gate.wait(timeout=30)
            with transaction() as own:
                audit.append(own, chain, "test", {"number": number})
                audit.append(own, chain, "test", {"number": number, "second": True})

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))  # raises what a writer raised
    found = session.scalars(
        select(AuditEvent.seq)
        .where(AuditEvent.chain == chain, AuditEvent.kind == "test")
        .order_by(AuditEvent.seq)
    ).all()
    assert len(found) == 2 * WRITERS
    assert list(found) == list(range(found[0], found[0] + 2 * WRITERS))
    assert list(audit.verify(session, [chain])) == []
