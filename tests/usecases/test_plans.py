"""Plans: asked for, claimed, solved, stored; whatever happens in between."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from api.config import Settings
from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS, TRUCKS
from api.usecases.errors import Conflict, Invalid, NotFound
from api.usecases.idempotency import Once
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.planning import build_problem, claim_plan, heartbeat, run_claimed, run_plan
from api.usecases.plans import (
    PlanProgress,
    PlanRecord,
    PlanRequest,
    cancel_plan,
    get_plan,
    list_plans,
    plan_document,
    plan_problem,
    request_plan,
)
from api.usecases.readings import ingest_readings
from optimiser.domain.plan import Plan, PlanCost
from optimiser.domain.problem import Problem
from optimiser.planning import PlanningFailed, Progress
from optimiser.verifier import verify
from small_city import NOW, TRUCK, a_bin, a_reading, fill_city

TUESDAY = date(2026, 11, 24)
SETTINGS = Settings(heartbeat_s=0.02, _env_file=None)  # type: ignore[call-arg]


def _clock() -> datetime:
    return NOW


class FakePlanner:
    """Answers an empty plan, or does what `act` does, and remembers what it was asked."""

    def __init__(self, act: Any = None) -> None:
        self.act = act
        self.asked: list[tuple[Problem, dict[str, Any]]] = []

    def __call__(self, problem: Problem, **options: Any) -> Plan:
        self.asked.append((problem, options))
        if self.act is not None:
            self.act(problem, options)
        cost = PlanCost(total_eur=12.5)
        return Plan(service_date=problem.service_date, timezone=problem.timezone, cost=cost)


def _ask(db: Database, now: datetime = NOW, **changes: Any) -> PlanRecord:
    request = PlanRequest(**({"service_date": TUESDAY} | changes))
    return request_plan(db, request, created_by="k1", now=now)


def _run(db: Database, plan_id: str, planner: Any, settings: Settings = SETTINGS) -> PlanRecord:
    return run_plan(db, plan_id, settings=settings, clock=_clock, planner=planner)


def test_a_plan_goes_from_queued_to_done(db: Database) -> None:
    fill_city(db)
    asked = _ask(db, seconds=7, seed=3)
    planner = FakePlanner()
    done = _run(db, asked.id, planner)
    ((problem, options),) = planner.asked
    assert (asked.status, asked.attempt, asked.has_plan) == ("queued", 0, False)
    assert (done.status, done.attempt, done.has_plan, done.cost_eur) == ("done", 1, True, 12.5)
    assert (options["stop"].seconds, options["seed"]) == (7, 3)
    assert {each.id for each in problem.visits} == {"bin-1", "bin-2", "bin-3"}
    assert plan_document(db, asked.id).cost.total_eur == 12.5
    assert plan_problem(db, asked.id) == problem


def test_a_request_comes_back_as_it_was(db: Database) -> None:
    fill_city(db)
    asked = _ask(db, seconds=7, truck_ids=("truck-1",), required_chance=0.3)
    assert get_plan(db, asked.id) == asked
    assert asked.request == PlanRequest(
        service_date=TUESDAY, seconds=7, truck_ids=("truck-1",), required_chance=0.3
    )


def test_the_problem_follows_the_request(db: Database) -> None:
    fill_city(db, trucks=2)
    catalogue.put(db, BINS, a_bin(9, fraction="glass"), now=NOW)
    request = PlanRequest(service_date=TUESDAY, truck_ids=("truck-2",), fractions=("glass",))
    problem = build_problem(db, request, now=NOW, timezone="Europe/Copenhagen")
    assert problem is not None
    assert [each.id for each in problem.trucks] == ["truck-2"]
    assert [each.id for each in problem.visits] == ["bin-9"]


def test_a_full_bin_is_required_and_the_evidence_says_why(db: Database) -> None:
    fill_city(db)
    rising = [a_reading(1, hours_ago=h, fill=1.0 - h / 240) for h in range(0, 200, 8)]
    ingest_readings(db, rising, principal=LOCAL_ADMIN, now=NOW)
    problem = build_problem(
        db, PlanRequest(service_date=TUESDAY), now=NOW, timezone="Europe/Copenhagen"
    )
    assert problem is not None
    full = problem.visit_by_id["bin-1"]
    assert full.required
    assert full.evidence is not None
    assert full.evidence.last_reading == pytest.approx(1.0)
    assert not problem.visit_by_id["bin-2"].required


def test_the_next_chance_is_the_next_day_on_which_a_truck_drives(db: Database) -> None:
    fill_city(db)
    weekdays = replace(TRUCK.shift, days=frozenset({"tue", "fri"}))
    catalogue.put(db, TRUCKS, replace(TRUCK, shift=weekdays), expected=1, now=NOW)
    request = PlanRequest(service_date=TUESDAY)
    problem = build_problem(db, request, now=NOW, timezone="Europe/Copenhagen")
    assert problem is not None
    evidence = problem.visits[0].evidence
    assert evidence is not None
    assert evidence.next_chance.date() == date(2026, 11, 27)


def test_no_bins_is_an_empty_plan_at_once(db: Database) -> None:
    fill_city(db, bins=0)
    planner = FakePlanner()
    asked = _ask(db)
    assert _run(db, asked.id, planner).status == "done"
    assert planner.asked == []
    plan = plan_document(db, asked.id)
    assert (plan.service_date, plan.routes, plan.left) == (TUESDAY, (), ())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"truck_ids": ("nobody",)}, "invalid"),
        ({"seconds": 601}, "invalid"),
        ({"service_date": date(1, 1, 1)}, "invalid"),
        ({"service_date": date(9999, 12, 31)}, "invalid"),
        ({"next_service_date": TUESDAY}, "invalid"),
        ({"next_service_date": date(2099, 1, 1)}, "invalid"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_its_field(
    sqlite_db: Database, changes: dict[str, Any], code: str
) -> None:
    fill_city(sqlite_db)
    with pytest.raises(Invalid) as caught:
        _ask(sqlite_db, **changes)
    assert caught.value.code == code
    assert caught.value.problems[0].field in changes
    assert list_plans(sqlite_db).items == ()


def test_no_depot_and_no_truck_are_said_before_queueing(sqlite_db: Database) -> None:
    with pytest.raises(Invalid) as no_depots:
        _ask(sqlite_db)
    fill_city(sqlite_db, trucks=0)
    with pytest.raises(Invalid) as no_trucks:
        _ask(sqlite_db)
    sundays = replace(TRUCK, shift=replace(TRUCK.shift, days=frozenset({"sun"})))
    catalogue.put(sqlite_db, TRUCKS, sundays, now=NOW)
    with pytest.raises(Invalid, match="tue") as none_drives:
        _ask(sqlite_db)
    codes = [each.value.code for each in (no_depots, no_trucks, none_drives)]
    assert codes == ["no_depots", "no_trucks", "no_trucks"]


def test_a_truck_gone_after_queueing_fails_the_plan_with_its_code(db: Database) -> None:
    fill_city(db)
    asked = _ask(db)
    catalogue.delete(db, TRUCKS, "truck-1", expected="any", now=NOW)
    failed = _run(db, asked.id, FakePlanner())
    assert (failed.status, failed.error_code) == ("failed", "no_trucks")


def test_what_is_not_there_is_not_found(db: Database) -> None:
    for look in (get_plan, plan_document, plan_problem):
        with pytest.raises(NotFound):
            look(db, "nothing\x00here")
    with pytest.raises(NotFound):
        cancel_plan(db, "nothing", now=NOW)


def test_a_plan_that_is_not_done_has_no_routes(db: Database) -> None:
    fill_city(db)
    asked = _ask(db)
    for look in (plan_document, plan_problem):
        with pytest.raises(Conflict) as caught:
            look(db, asked.id)
        assert caught.value.code == "plan_not_done"


def test_a_repeated_request_queues_one_plan(db: Database) -> None:
    fill_city(db)
    once = Once("key", "k1", "hash")
    request = PlanRequest(service_date=TUESDAY)
    first = request_plan(db, request, created_by="k1", now=NOW, once=once)
    later = NOW + timedelta(minutes=1)
    again = request_plan(db, request, created_by="k1", now=later, once=once)
    other = replace(once, principal="k2")
    another = request_plan(db, request, created_by="k2", now=NOW, once=other)
    assert first == again
    assert another.id != first.id
    assert len(list_plans(db).items) == 2


def test_plans_are_listed_newest_first_by_date_and_status(db: Database) -> None:
    fill_city(db)
    ids = [_ask(db, NOW + timedelta(seconds=n)).id for n in range(3)]
    other = _ask(db, NOW + timedelta(seconds=9), service_date=date(2026, 11, 25)).id
    cancel_plan(db, ids[0], now=NOW)
    assert [each.id for each in list_plans(db).items] == [other, *ids[::-1]]
    assert [each.id for each in list_plans(db, service_date=TUESDAY).items] == ids[::-1]
    assert [each.id for each in list_plans(db, status="cancelled").items] == [ids[0]]
    first = list_plans(db, limit=2)
    rest = list_plans(db, limit=2, cursor=first.next_cursor)
    assert [each.id for each in (*first.items, *rest.items)] == [other, *ids[::-1]]


def test_the_oldest_plan_is_claimed_first_and_by_one_worker(db: Database) -> None:
    fill_city(db)
    ids = [_ask(db, NOW + timedelta(seconds=n)).id for n in range(4)]
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
    plan_id = _ask(db).id
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
    late = run_claimed(db, first, settings=SETTINGS, clock=_clock, planner=FakePlanner())
    assert (late.status, late.has_plan, late.progress) == ("running", False, progress)
    done = run_claimed(db, second, settings=SETTINGS, clock=_clock, planner=FakePlanner())
    assert (done.status, done.has_plan) == ("done", True)


def test_a_heartbeat_keeps_the_lease(db: Database) -> None:
    fill_city(db)
    _ask(db)
    claim = claim_plan(db, now=NOW, settings=SETTINGS)
    assert claim is not None
    for seconds in (10, 20, 30):
        now = NOW + timedelta(seconds=seconds)
        assert claim_plan(db, now=now, settings=SETTINGS) is None
        assert heartbeat(db, claim, progress=None, now=now, settings=SETTINGS)


def test_after_three_silent_workers_a_plan_fails_and_the_next_one_is_taken(db: Database) -> None:
    fill_city(db)
    first, second = _ask(db).id, _ask(db, NOW + timedelta(seconds=1)).id
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

    failed = _run(db, _ask(db).id, FakePlanner(fail))
    assert (failed.status, failed.error_code) == ("failed", "unverified")
    assert failed.error_detail == "a truck is late"


def test_a_killed_solver_is_tried_again_up_to_three_times(db: Database) -> None:
    fill_city(db)

    def crash(*_: Any) -> None:
        raise PlanningFailed("solver_crashed", "its process was ended by SIGKILL")

    plan_id = _ask(db).id
    states = [_run(db, plan_id, FakePlanner(crash)).status for _ in range(3)]
    assert states == ["queued", "queued", "failed"]


def test_an_error_of_the_service_tells_no_internals(db: Database) -> None:
    fill_city(db)

    def stumble(*_: Any) -> None:
        raise ZeroDivisionError("at /secret/path.py")

    failed = _run(db, _ask(db).id, FakePlanner(stumble))
    assert (failed.status, failed.error_code) == ("failed", "internal")
    assert "secret" not in (failed.error_detail or "")


def test_a_queued_plan_is_cancelled_and_never_run(db: Database) -> None:
    fill_city(db)
    plan_id = _ask(db).id
    assert cancel_plan(db, plan_id, now=NOW).status == "cancelled"
    assert cancel_plan(db, plan_id, now=NOW).status == "cancelled"
    planner = FakePlanner()
    assert _run(db, plan_id, planner).status == "cancelled"
    assert planner.asked == []


def test_cancelling_stops_the_solver_and_keeps_its_best_without_publishing_it(
    db: Database,
) -> None:
    fill_city(db)
    plan_id = _ask(db).id

    def solve(_: Problem, options: dict[str, Any]) -> None:
        options["on_progress"](Progress(0.1, 1, 12.5))
        assert cancel_plan(db, plan_id, now=NOW).status == "cancelled"
        stopped = threading.Event()
        while not options["cancelled"]():
            stopped.wait(0.01)

    ended = _run(db, plan_id, FakePlanner(solve))
    assert (ended.status, ended.has_plan) == ("cancelled", True)
    assert plan_document(db, plan_id).cost.total_eur == 12.5
    assert list_plans(db, status="done").items == ()


def test_a_finished_plan_cannot_be_cancelled(db: Database) -> None:
    fill_city(db)
    plan_id = _ask(db).id
    _run(db, plan_id, FakePlanner())
    with pytest.raises(Conflict) as caught:
        cancel_plan(db, plan_id, now=NOW)
    assert caught.value.code == "plan_finished"


def test_progress_shows_while_solving(db: Database) -> None:
    fill_city(db)
    plan_id = _ask(db).id
    seen: list[PlanRecord] = []

    def solve(_: Problem, options: dict[str, Any]) -> None:
        options["on_progress"](Progress(1.5, 4, 99.0))
        pause = threading.Event()
        while not seen or seen[-1].progress is None:
            seen.append(get_plan(db, plan_id))
            pause.wait(0.01)

    _run(db, plan_id, FakePlanner(solve))
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
    failed = _run(sqlite_db, asked.id, FakePlanner())
    assert failed.error_code == "invalid_problem"
    assert "bin-1" in (failed.error_detail or "")


def test_the_real_planner_gives_a_plan_that_the_verifier_passes(sqlite_db: Database) -> None:
    fill_city(sqlite_db, bins=4)
    rising = [
        a_reading(number, hours_ago=h, fill=max(0.0, 0.98 - h / 240))
        for number in (1, 2)
        for h in range(0, 200, 8)
    ]
    ingest_readings(sqlite_db, rising, principal=LOCAL_ADMIN, now=NOW)
    asked = _ask(sqlite_db, seconds=5, solutions=3)
    done = run_plan(sqlite_db, asked.id, settings=SETTINGS, clock=_clock)
    assert (done.status, done.error_detail) == ("done", None)
    plan = plan_document(sqlite_db, asked.id)
    assert verify(plan_problem(sqlite_db, asked.id), plan) == ()
    visited = {step.ref for route in plan.routes for step in route.steps if step.kind == "visit"}
    assert {"bin-1", "bin-2"} <= visited
    assert {*visited, *(each.visit_id for each in plan.left)} == {f"bin-{n}" for n in range(1, 5)}
