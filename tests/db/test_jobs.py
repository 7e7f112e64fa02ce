"""The job table: nothing lost, nothing twice, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.app import init_database
from portal.config import Settings
from portal.db import db, transaction
from portal.jobs import Run, Worker, cancel, enqueue, every, job, run_pending, run_schedules
from portal.jobs import queue as registry
from portal.jobs.models import Job, JobState
from portal.testing.pytest_plugin import FrozenClock


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Only the database: jobs need nothing of the pages."""
    bare = Flask("portal")
    bare.config.update(PORTAL=settings, SQLALCHEMY_DATABASE_URI=settings.database_url)
    init_database(bare)
    yield bare
    with bare.app_context():
        db.engine.dispose()


@pytest.fixture
def handled(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """A registry with one job, ``test.note``; the runs it has had."""
    monkeypatch.setattr(registry, "KINDS", {})
    monkeypatch.setattr("portal.jobs.runner.KINDS", registry.KINDS)
    monkeypatch.setattr(registry, "SCHEDULES", {})
    monkeypatch.setattr("portal.jobs.runner.SCHEDULES", registry.SCHEDULES)
    runs: list[Run] = []
    job("test.note", attempts=3)(runs.append)
    return runs


def put(app: Flask, name: str = "test.note", **kwargs: object) -> int:
    with app.app_context(), transaction() as session:
        return enqueue(session, name, {"n": 1}, **kwargs)  # type: ignore[arg-type]  # plain passing on


def row(app: Flask, job_id: int) -> Job:
    with app.app_context():
        found = db.session.get(Job, job_id)
        assert found is not None
        db.session.expunge(found)
        return found


def test_a_job_runs_once_and_is_done(app: Flask, handled: list[Run]) -> None:
    job_id = put(app)
    assert run_pending(app) == 1
    assert run_pending(app) == 0
    assert [(run.id, run.payload) for run in handled] == [(job_id, {"n": 1})]
    assert row(app, job_id).state == JobState.DONE


def test_a_job_of_a_rolled_back_change_never_runs(app: Flask, handled: list[Run]) -> None:
    with app.app_context(), pytest.raises(RuntimeError), transaction() as session:
        enqueue(session, "test.note")
        raise RuntimeError("the change failed")
    assert run_pending(app) == 0
    assert handled == []


def test_a_job_waits_for_its_time(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock
) -> None:
    put(app, run_after=frozen_clock.now + timedelta(hours=1))
    assert run_pending(app) == 0
    frozen_clock.forward(hours=1)
    assert run_pending(app) == 1


def test_one_waiting_job_per_dedupe_key(app: Flask, handled: list[Run]) -> None:
    first = put(app, dedupe_key="export")
    assert put(app, dedupe_key="export") == first
    assert put(app, dedupe_key="other") != first
    run_pending(app)
    assert put(app, dedupe_key="export") != first, "a finished job must not hide a new change"


def test_a_failing_job_is_tried_again_later_and_then_given_up(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    @job("test.fail", attempts=2)
    def fail(run: Run) -> None:
        raise ValueError("no paper")

    job_id = put(app, "test.fail", dedupe_key="k")
    assert run_pending(app) == 1
    failed = row(app, job_id)
    assert (failed.state, failed.attempts) == (JobState.QUEUED, 1)
    assert failed.last_error == "ValueError: no paper"
    assert failed.run_after == frozen_clock.now + timedelta(seconds=10)
    assert put(app, "test.fail", dedupe_key="k", run_after=datetime(2030, 1, 1, tzinfo=UTC))
    frozen_clock.forward(seconds=10)
    assert run_pending(app) == 1
    assert row(app, job_id).state == JobState.FAILED
    frozen_clock.forward(hours=2)
    assert run_pending(app) == 0


def test_a_job_of_a_missing_plugin_waits_and_is_kept(app: Flask, handled: list[Run]) -> None:
    job_id = put(app, "gone.job")
    assert run_pending(app) == 1
    assert row(app, job_id).state == JobState.QUEUED
    assert "no handler" in row(app, job_id).last_error


def test_a_dead_worker_s_job_is_taken_again_when_its_lease_is_over(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock
) -> None:
    class Killed(BaseException):
        """Like SIGKILL: nothing of ours runs after it."""

    deaths = iter([True, False])

    @job("test.die")
    def die(run: Run) -> None:
        if next(deaths):
            raise Killed

    job_id = put(app, "test.die")
    with pytest.raises(Killed):
        run_pending(app)
    assert row(app, job_id).state == JobState.RUNNING
    assert run_pending(app) == 0, "the lease still holds"
    frozen_clock.forward(minutes=5)
    assert run_pending(app) == 1
    assert (row(app, job_id).state, row(app, job_id).attempts) == (JobState.DONE, 2)


def test_a_job_that_kills_each_worker_is_given_up(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock
) -> None:
    @job("test.die", attempts=2)
    def die(run: Run) -> None:
        raise KeyboardInterrupt

    job_id = put(app, "test.die")
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            run_pending(app)
        frozen_clock.forward(minutes=5)
    assert run_pending(app) == 1
    assert row(app, job_id).state == JobState.FAILED


def test_progress_is_seen_and_keeps_the_lease(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock
) -> None:
    seen: list[tuple[int, int]] = []

    @job("test.long")
    def long(run: Run) -> None:
        frozen_clock.forward(minutes=4)
        run.progress(1, 2)
        frozen_clock.forward(minutes=4)
        assert run_pending(app) == 0, "another worker would have taken it"
        middle = row(app, run.id)
        seen.append((middle.done, middle.total))

    put(app, "test.long")
    assert run_pending(app) == 1
    assert seen == [(1, 2)]


def test_a_cancelled_job_does_not_run_and_a_running_one_stops(
    app: Flask, handled: list[Run]
) -> None:
    waiting = put(app)
    with app.app_context(), transaction() as session:
        assert cancel(session, waiting)
        assert not cancel(session, waiting)
    steps: list[int] = []

    @job("test.stop")
    def stop(run: Run) -> None:
        steps.append(1)
        with transaction() as session:
            cancel(session, run.id)
        run.progress(1, 2)
        steps.append(2)

    running = put(app, "test.stop")
    assert run_pending(app) == 1
    assert handled == []
    assert steps == [1]
    assert row(app, running).state == JobState.CANCELLED


def test_two_workers_share_the_jobs_and_run_none_twice(app: Flask, handled: list[Run]) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(24):
            enqueue(session, "test.note")
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: run_pending(app, 50), range(2)))
    assert sum(counts) == 24
    assert len({run.id for run in handled}) == len(handled) == 24


def test_a_schedule_runs_once_per_turn_even_with_two_workers(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock
) -> None:
    turns, lock = [0], Lock()

    @every(60, "test.tick")
    def tick() -> None:
        with lock:
            turns[0] += 1

    with ThreadPoolExecutor(4) as pool:
        ran = list(pool.map(lambda _: run_schedules(app), range(8)))
    assert (sum(ran), turns) == (1, [1])
    frozen_clock.forward(seconds=59)
    assert run_schedules(app) == 0
    frozen_clock.forward(seconds=1)
    assert run_schedules(app) == 1


def test_a_failing_schedule_does_not_stop_the_others(
    app: Flask, handled: list[Run], caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    @every(60, "test.broken")
    def broken() -> None:
        raise ValueError("oops")

    @every(60, "test.fine")
    def fine() -> None:
        ran.append("fine")

    assert run_schedules(app) == 2
    assert ran == ["fine"]
    assert "test.broken failed" in caplog.text


def test_the_worker_stops_when_it_is_told_and_finishes_what_it_began(
    app: Flask, handled: list[Run]
) -> None:
    stop = Event()

    @job("test.last")
    def last(run: Run) -> None:
        stop.set()

    first, second = put(app, "test.last"), put(app)
    Worker(app, poll=0.01).run(stop)
    assert row(app, first).state == JobState.DONE
    assert row(app, second).state == JobState.QUEUED


def test_old_finished_jobs_are_forgotten_and_failed_ones_kept(
    app: Flask, handled: list[Run], frozen_clock: FrozenClock
) -> None:
    from portal.jobs.runner import tidy

    put(app)
    run_pending(app)
    with app.app_context(), transaction() as session:
        failed = session.get_one(Job, enqueue(session, "test.note"))
        failed.state, failed.finished_at = JobState.FAILED, frozen_clock.now
    frozen_clock.forward(days=31)
    with app.app_context():
        tidy()
        assert list(db.session.scalars(select(Job.state))) == [JobState.FAILED]


def test_names_are_given_once(handled: list[Run]) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        job("test.note")(handled.append)
    every(5, "t")(lambda: None)
    with pytest.raises(ValueError, match="two schedules"):
        every(5, "t")(lambda: None)


@pytest.mark.usefixtures("handled")
def test_an_idle_worker_does_not_wait_for_a_writer(app: Flask, session: Session) -> None:
    session.execute(select(func.count()).select_from(Job))  # holds SQLite's write lock
    assert run_pending(app) == 0
