"""Workers as real processes: killed, stopped, two at once; and the loop on its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from worker_scene import LONG_S, ask, check_done, hurry, is_done, is_solving, until

from api.config import Settings
from api.jobs.worker import work
from api.store.database import Database
from api.usecases.plans import cancel_plan, get_plan
from api.usecases.schedules import Schedule, put_schedule, schedule_runs
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from small_city import fill_city

ROOT = Path(__file__).parents[2]
LEASE_S = 1.5

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts workers on the test's database; they are killed at its end."""
    name = "db" if "db" in request.fixturenames else "sqlite_db"
    db: Database = request.getfixturevalue(name)
    started: list[subprocess.Popen[bytes]] = []
    url = db.url.render_as_string(hide_password=False)
    more = {"DATABASE_URL": url, "BINROUNDS_LEASE_S": str(LEASE_S), "BINROUNDS_POLL_S": "0.05"}
    environment = {**os.environ, **more, "BINROUNDS_HEARTBEAT_S": "0.1"}

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "api.jobs"]
        started.append(subprocess.Popen(command, env=environment, cwd=ROOT))
        return started[-1]

    yield begin
    for each in started:
        each.kill()
        each.wait()


def test_a_plan_survives_the_death_of_its_worker(db: Database, start: Start) -> None:
    fill_city(db, bins=12)
    plan_id = ask(db, seconds=LONG_S)
    first = start()
    until(db, plan_id, is_solving)
    first.kill()
    first.wait()
    assert get_plan(db, plan_id).status == "running"
    hurry(db, plan_id)
    start()
    check_done(db, plan_id, attempt=2)


def test_sigterm_puts_the_plan_back_and_ends_the_worker(sqlite_db: Database, start: Start) -> None:
    fill_city(sqlite_db, bins=12)
    plan_id = ask(sqlite_db, seconds=LONG_S)
    worker = start()
    until(sqlite_db, plan_id, is_solving)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    back = get_plan(sqlite_db, plan_id)
    assert (back.status, back.attempt) == ("queued", 0)


def test_cancelling_frees_the_worker_for_the_next_plan(sqlite_db: Database, start: Start) -> None:
    fill_city(sqlite_db, bins=12)
    long, short = ask(sqlite_db, seconds=LONG_S), ask(sqlite_db, seconds=5, solutions=1)
    start()
    until(sqlite_db, long, is_solving)
    assert cancel_plan(sqlite_db, long, by="k", now=datetime.now(UTC)).status == "cancelled"
    assert until(sqlite_db, short, is_done).status == "done"
    assert get_plan(sqlite_db, long).status == "cancelled"


def test_two_workers_share_the_queue_and_do_each_plan_once(db: Database, start: Start) -> None:
    fill_city(db, bins=3)
    plans = [ask(db, seconds=5, solutions=1) for _ in range(3)]
    start()
    start()
    for plan_id in plans:
        check_done(db, plan_id)


class Turns:
    """Lets the loop run until so many waits have passed."""

    def __init__(self, waits: int) -> None:
        self.left = waits

    def stopping(self) -> bool:
        return self.left <= 0

    def wait(self, _seconds: float) -> None:
        self.left -= 1


def _settings(**changes: Any) -> Settings:
    return Settings(heartbeat_s=0.02, **changes)


def _empty_plan(problem: Problem, **_: Any) -> Plan:
    return Plan(service_date=problem.service_date, timezone=problem.timezone)


def test_the_loop_outlives_a_database_that_is_gone() -> None:
    turns = Turns(3)
    gone = Database("postgresql+psycopg://postgres@127.0.0.1:9/none")
    work(gone, settings=_settings(), stopping=turns.stopping, wait=turns.wait)
    assert turns.left == 0


def test_the_loop_outlives_what_nobody_thought_of(sqlite_db: Database) -> None:
    turns = Turns(2)

    def broken_clock() -> datetime:
        raise ZeroDivisionError

    work(
        sqlite_db,
        settings=_settings(),
        stopping=turns.stopping,
        wait=turns.wait,
        clock=broken_clock,
    )
    assert turns.left == 0


def test_the_loop_runs_all_that_is_queued_and_one_bad_plan_stops_no_other(
    sqlite_db: Database,
) -> None:
    fill_city(sqlite_db)
    plans = [ask(sqlite_db, seconds=n) for n in (1, 2, 3)]
    turns = Turns(1)

    def planner(problem: Problem, **options: Any) -> Plan:
        if options["stop"].seconds == 2:
            raise ZeroDivisionError
        return _empty_plan(problem)

    work(
        sqlite_db,
        settings=_settings(),
        stopping=turns.stopping,
        wait=turns.wait,
        planner=planner,
    )
    assert [get_plan(sqlite_db, each).status for each in plans] == ["done", "failed", "done"]


def test_a_stop_during_a_solve_gives_the_plan_back_untried(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    plan_id = ask(sqlite_db, seconds=1)
    stop: list[bool] = []

    def planner(problem: Problem, **options: Any) -> Plan:
        stop.append(True)
        assert options["cancelled"]()
        return _empty_plan(problem)

    work(
        sqlite_db,
        settings=_settings(),
        stopping=lambda: bool(stop),
        wait=lambda _: None,
        planner=planner,
    )
    back = get_plan(sqlite_db, plan_id)
    assert (back.status, back.attempt, back.has_plan) == ("queued", 0, False)


def test_the_loop_asks_for_the_plans_of_schedules_and_solves_them(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    monday = datetime(2026, 11, 23, 17, tzinfo=UTC)
    schedule = Schedule(id="nightly", at="04:00")
    put_schedule(sqlite_db, schedule, expected=None, now=monday, max_seconds=600)
    turns, times = Turns(40), iter(range(10_000))

    def clock() -> datetime:
        """Ten minutes pass whenever somebody looks."""
        return monday + timedelta(minutes=10 * next(times))

    work(
        sqlite_db,
        settings=_settings(),
        stopping=turns.stopping,
        wait=turns.wait,
        clock=clock,
        planner=lambda problem, **_: _empty_plan(problem),
    )
    *_, run = schedule_runs(sqlite_db, "nightly")
    assert (run.service_date, run.state) == (date(2026, 11, 25), "planned")
