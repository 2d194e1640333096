"""Plans: claimed, solved, stored; whatever happens in between."""

import threading
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from fake_planner import SETTINGS, TUESDAY, FakePlanner, ask, clock, run

from api.config import Settings
from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS
from api.usecases.claims import free_plans_of_the_gone
from api.usecases.errors import Conflict
from api.usecases.fleets import MAIN
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.plan_request import PlanRequest
from api.usecases.planning import claim_plan, heartbeat, run_claimed, run_plan
from api.usecases.plans import (
    PlanProgress,
    PlanRecord,
    cancel_plan,
    get_plan,
    list_plans,
    plan_document,
    plan_problem,
    request_plan,
)
from api.usecases.readings import ingest_readings
from optimiser.domain.problem import Problem
from optimiser.planning import PlanningFailed, Progress
from optimiser.verifier import verify
from small_city import NOW, a_bin, a_reading, fill_city


def test_the_oldest_plan_is_claimed_first_and_by_one_worker(db: Database) -> None:
    fill_city(db)
    ids = [ask(db, NOW + timedelta(seconds=n)).id for n in range(4)]
    claims: list[str] = []

    def work() -> None:
        while (claim := claim_plan(db, now=NOW, settings=SETTINGS)) is not None:
            claims.append(claim.plan_id)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(claims) == ids


def test_a_silent_worker_loses_its_plan_and_can_write_nothing_more(db: Database) -> None:
    fill_city(db)
    plan_id = ask(db).id
    first = claim_plan(db, now=NOW, settings=SETTINGS)
    assert first is not None
    assert claim_plan(db, now=NOW, settings=SETTINGS) is None
    later = NOW + timedelta(seconds=16)
    second = claim_plan(db, now=later, settings=SETTINGS)
    assert second is not None
    assert (second.plan_id, second.attempt, second.token) == (plan_id, 2, 2)
    progress = PlanProgress(1.0, 1, 1.0)
    assert not heartbeat(db, first, progress=progress, now=later, settings=SETTINGS)
    assert heartbeat(db, second, progress=progress, now=later, settings=SETTINGS)
    late = run_claimed(db, first, settings=SETTINGS, clock=clock, planner=FakePlanner())
    assert (late.status, late.has_plan, late.progress) == ("running", False, progress)
    done = run_claimed(db, second, settings=SETTINGS, clock=clock, planner=FakePlanner())
    assert (done.status, done.has_plan) == ("done", True)


def test_the_plan_of_a_worker_that_is_gone_is_free_at_once_and_no_other(db: Database) -> None:
    fill_city(db)
    mine, others = ask(db).id, ask(db, NOW + timedelta(seconds=1)).id
    first = claim_plan(db, now=NOW, settings=SETTINGS, plan_id=mine)
    claim_plan(db, now=NOW, settings=SETTINGS, plan_id=others)
    assert first is not None
    assert free_plans_of_the_gone(db, now=NOW) == ()
    gone = iter((True, False))
    assert free_plans_of_the_gone(db, now=NOW, gone=lambda _: next(gone)) == (mine,)
    second = claim_plan(db, now=NOW, settings=SETTINGS)
    assert second is not None
    assert (second.plan_id, second.attempt, second.token) == (mine, 2, 2)
    assert claim_plan(db, now=NOW, settings=SETTINGS) is None
    assert not heartbeat(db, first, progress=None, now=NOW, settings=SETTINGS)


def test_a_plan_that_is_done_while_the_database_is_away_is_stored_when_it_is_back(
    sqlite_url: str,
) -> None:
    hasty = Database(sqlite_url, busy_timeout_s=0.01).of(MAIN)
    fill_city(hasty)
    claim = claim_plan(hasty, now=NOW, settings=SETTINGS, plan_id=ask(hasty).id)
    assert claim is not None
    held = ExitStack()
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            held.close()

    done = run_claimed(
        hasty,
        claim,
        settings=Settings(heartbeat_s=60),
        clock=clock,
        planner=FakePlanner(lambda *_: held.enter_context(hasty.write())),
        wait=wait,
    )
    assert (done.status, done.has_plan, done.attempt, len(waits)) == ("done", True, 1, 3)
    hasty.close()


def test_a_heartbeat_keeps_the_lease(db: Database) -> None:
    fill_city(db)
    ask(db)
    claim = claim_plan(db, now=NOW, settings=SETTINGS)
    assert claim is not None
    for seconds in (10, 20, 30):
        now = NOW + timedelta(seconds=seconds)
        assert claim_plan(db, now=now, settings=SETTINGS) is None
        assert heartbeat(db, claim, progress=None, now=now, settings=SETTINGS)


def test_after_three_silent_workers_a_plan_fails_and_the_next_one_is_taken(db: Database) -> None:
    fill_city(db)
    first, second = ask(db).id, ask(db, NOW + timedelta(seconds=1)).id
    for attempt in range(3):
        now = NOW + timedelta(minutes=attempt)
        claim = claim_plan(db, now=now, settings=SETTINGS)
        assert claim is not None
        assert (claim.plan_id, claim.attempt) == (first, attempt + 1)
    claim = claim_plan(db, now=NOW + timedelta(minutes=9), settings=SETTINGS)
    assert claim is not None
    assert claim.plan_id == second
    lost = get_plan(db, first)
    assert (lost.status, lost.error_code) == ("failed", "worker_lost")


def test_a_failure_is_kept_with_its_code(db: Database) -> None:
    fill_city(db)

    def fail(*_: Any) -> None:
        raise PlanningFailed("unverified", "a truck is late")

    failed = run(db, ask(db).id, FakePlanner(fail))
    assert (failed.status, failed.error_code) == ("failed", "unverified")
    assert failed.error_detail == "a truck is late"


def test_a_killed_solver_is_tried_again_up_to_three_times(db: Database) -> None:
    fill_city(db)

    def crash(*_: Any) -> None:
        raise PlanningFailed("solver_crashed", "its process was ended by SIGKILL")

    plan_id = ask(db).id
    states = [run(db, plan_id, FakePlanner(crash)).status for _ in range(3)]
    assert states == ["queued", "queued", "failed"]


def test_an_error_of_the_service_tells_no_internals(db: Database) -> None:
    fill_city(db)

    def stumble(*_: Any) -> None:
        raise ZeroDivisionError("at /secret/path.py")

    failed = run(db, ask(db).id, FakePlanner(stumble))
    assert (failed.status, failed.error_code) == ("failed", "internal")
    assert "secret" not in (failed.error_detail or "")


def test_a_queued_plan_is_cancelled_and_never_run(db: Database) -> None:
    fill_city(db)
    plan_id = ask(db).id
    assert cancel_plan(db, plan_id, by="k", now=NOW).status == "cancelled"
    assert cancel_plan(db, plan_id, by="k", now=NOW).status == "cancelled"
    planner = FakePlanner()
    assert run(db, plan_id, planner).status == "cancelled"
    assert planner.asked == []


def test_cancelling_stops_the_solver_and_keeps_its_best_without_publishing_it(
    db: Database,
) -> None:
    fill_city(db)
    plan_id = ask(db).id

    def solve(_: Problem, options: dict[str, Any]) -> None:
        options["on_progress"](Progress(0.1, 1, 12.5))
        assert cancel_plan(db, plan_id, by="k", now=NOW).status == "cancelled"
        stopped = threading.Event()
        while not options["cancelled"]():
            stopped.wait(0.01)

    ended = run(db, plan_id, FakePlanner(solve))
    assert (ended.status, ended.has_plan) == ("cancelled", True)
    assert ended.cost_eur == plan_document(db, plan_id).cost.total_eur
    assert plan_document(db, plan_id).cost.total_eur == 12.5
    assert list_plans(db, status="done").items == ()


def test_a_finished_plan_cannot_be_cancelled(db: Database) -> None:
    fill_city(db)
    plan_id = ask(db).id
    run(db, plan_id, FakePlanner())
    with pytest.raises(Conflict) as caught:
        cancel_plan(db, plan_id, by="k", now=NOW)
    assert caught.value.code == "plan_finished"


def test_progress_shows_while_solving(db: Database) -> None:
    fill_city(db)
    plan_id = ask(db).id
    seen: list[PlanRecord] = []

    def solve(_: Problem, options: dict[str, Any]) -> None:
        options["on_progress"](Progress(1.5, 4, 99.0))
        pause = threading.Event()
        while not seen or seen[-1].progress is None:
            seen.append(get_plan(db, plan_id))
            pause.wait(0.01)

    run(db, plan_id, FakePlanner(solve))
    assert seen[-1].status == "running"
    assert seen[-1].progress == PlanProgress(1.5, 4, 99.0)


def test_a_bin_that_no_depot_reaches_fails_the_plan_naming_it(sqlite_db: Database) -> None:
    catalogue.put(sqlite_db, BINS, a_bin(1), now=NOW)
    request = PlanRequest(service_date=TUESDAY)
    fill_city(sqlite_db, bins=0)
    with sqlite_db.write() as tx:  # behind the catalogue's back: it would not allow this
        from sqlalchemy import text

        tx.execute(text("UPDATE bins SET document = replace(document, '55.68', '15.68')"))
    asked = request_plan(sqlite_db, request, created_by="k", now=NOW)
    failed = run(sqlite_db, asked.id, FakePlanner())
    assert failed.error_code == "invalid_problem"
    assert "bin-1" in (failed.error_detail or "")
    assert "pydantic" not in (failed.error_detail or "")


def test_the_real_planner_gives_a_plan_that_the_verifier_passes(sqlite_db: Database) -> None:
    fill_city(sqlite_db, bins=4)
    rising = [
        a_reading(number, hours_ago=h, fill=max(0.0, 0.98 - h / 240))
        for number in (1, 2)
        for h in range(0, 200, 8)
    ]
    ingest_readings(sqlite_db, rising, principal=LOCAL_ADMIN, now=NOW)
    asked = ask(sqlite_db, seconds=5, solutions=3)
    done = run_plan(sqlite_db, asked.id, settings=SETTINGS, clock=clock)
    assert (done.status, done.error_detail) == ("done", None)
    plan = plan_document(sqlite_db, asked.id)
    assert verify(plan_problem(sqlite_db, asked.id), plan) == ()
    visited = {step.ref for route in plan.routes for step in route.steps if step.kind == "visit"}
    assert {"bin-1", "bin-2"} <= visited
    assert {*visited, *(each.visit_id for each in plan.left)} == {f"bin-{n}" for n in range(1, 5)}
