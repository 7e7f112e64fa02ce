"""Clocks and counters of the benchmarks: CPU of this process, wall time, statements.

CPU time is what a busy neighbour on the machine does not change; wall time also holds
what was waited for. ``BEGIN`` and the like are not counted as statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(slots=True)
class Sample:
    """What one measured piece of work took; times in milliseconds."""

    cpu: float = 0.0
    wall: float = 0.0
    statements: int = 0


class Meter:
    """Measures pieces of work on one engine, one after the other."""

    def __init__(self, engine: Engine) -> None:
        self.samples: list[Sample] = []
        self._running: Sample | None = None
        event.listen(engine, "before_cursor_execute", self._count)

    @contextmanager
    def measure(self, *, keep: bool = True) -> Iterator[Sample]:
        """Measure the block; with ``keep`` the sample is added to :attr:`samples`."""
        sample = self._running = Sample()
        cpu, wall = process_time(), perf_counter()
        try:
            yield sample
        finally:
            sample.cpu = (process_time() - cpu) * 1000
            sample.wall = (perf_counter() - wall) * 1000
            self._running = None
        if keep:
            self.samples.append(sample)

    def _count(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if self._running is not None and not statement.startswith(CONTROL):
            self._running.statements += 1


def percentile(values: Sequence[float], percent: int) -> float:
    """The percentile of some figures, to a hundredth."""
    if len(values) == 1:
        return round(values[0], 2)
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 2)


def median(values: Sequence[float]) -> float:
    """The median of some figures, to a hundredth."""
    return percentile(values, 50)
