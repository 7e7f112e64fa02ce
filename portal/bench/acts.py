"""What one act costs: the engine's ``act()`` with its commit, on cases of real procedures.

The plugins' ``bench`` callables play whole cases through the ``Player``; what it looks up
before an act (the page would have) is not measured. The first case of each plugin warms
up the process and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal import clock
from portal.auth.rights import Actor
from portal.bench.instance import temporary
from portal.bench.measure import Meter, median, percentile
from portal.db import db
from portal.errors import ConfigurationError
from portal.workflow.acting import ActInput, ActResult
from portal.workflow.player import Player

GOAL_MS = 10.0


class MeasuredPlayer(Player):
    """A player whose acts are measured, from the first statement to the end of the commit."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    def carry_out(self, task_id: int, actor: Actor, sent: ActInput) -> ActResult:
        """The act, measured."""
        with self._meter.measure():
            return super().carry_out(task_id, actor, sent)


def run(acts: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """Play whole cases until at least ``acts`` acts are measured; the figures.

    Raises:
        ConfigurationError: no active plugin has cases to play.
    """
    progress("Menyiapkan instans sementara …")
    with temporary() as instance, instance.app.app_context():
        plays = instance.app.extensions["portal_host"].bench()
        if not plays:
            raise ConfigurationError(
                "Tidak ada plugin aktif yang menyediakan kasus uji kecepatan;"
                " periksa PORTAL_PLUGINS dan `portal plugin list`."
            )
        meter = Meter(db.engine)
        cases = 0
        try:
            for key, play in plays:
                progress(f"Memainkan kasus {key} …")
                cases += _play(play, meter, acts, progress)
        finally:
            clock.set_clock(None)
    cpu = [sample.cpu for sample in meter.samples]
    statements = [float(sample.statements) for sample in meter.samples]
    return {
        "cpu_ms_median": median(cpu),
        "cpu_ms_p95": percentile(cpu, 95),
        "wall_ms_median": median([sample.wall for sample in meter.samples]),
        "acts": len(cpu),
        "cases": cases,
        "queries_median": median(statements),
        "queries_max": int(max(statements)),
        "goal_ms": GOAL_MS,
    }


def _play(
    play: Callable[..., Any], meter: Meter, acts: int, progress: Callable[[str], None]
) -> int:
    """Play one plugin's cases; returns how many were measured."""
    kept = list(meter.samples)
    cases = -1
    for number in play(MeasuredPlayer(meter)):
        cases += 1
        if cases == 0:
            meter.samples[:] = kept
            progress(f"{number}: pemanasan selesai")
            continue
        done = len(meter.samples) - len(kept)
        progress(f"{number}: {done} tindakan terukur")
        if done >= acts:
            break
    return cases
