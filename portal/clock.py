"""What time is it: the one place that asks the machine, so that tests can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Set the clock to an aware instant within the block (tests, demo, benchmarks)."""
    global _frozen
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def set_clock(instant: datetime | None) -> None:
    """Set the clock, or with None let it run again."""
    global _frozen
    _frozen = None if instant is None else instant.astimezone(UTC)
