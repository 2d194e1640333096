"""Replans: the rest of a day, from where trucks are and what is done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fake_planner import SETTINGS
from plan_scene import planned

from api.store.database import Database
from api.usecases.driver.events import BreakTaken, DriverEvent, StopDone, StopSkipped, Unloaded
from api.usecases.driver.sync import record_events
from api.usecases.edits.editing import edit_plan
from api.usecases.edits.kinds import Lock
from api.usecases.errors import Conflict, Invalid, NotFound
from api.usecases.idempotency import Once
from api.usecases.keys import Principal
from api.usecases.planning import run_plan
from api.usecases.plans import PlanRecord, cancel_plan, get_plan, plan_document, plan_problem
from api.usecases.publishing import publish_plan
from api.usecases.replanning.asking import PinnedStop, ReplanRequest, TruckNow, replan
from api.usecases.trail import plan_changes
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import OnBoard
from optimiser.domain.places import GeoPoint
from optimiser.domain.problem import Problem
from optimiser.planning import make_plan
from optimiser.verifier import verify
from small_city import NOW

EVENING = NOW
MIDDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""10:00 in Copenhagen on the plan's day; its trucks are out from 06:00 to 14:00."""
DRIVER = Principal("k1", "driver", "Kim", truck_id="truck-1")


def ask(
    db: Database, plan_id: str, now: datetime = EVENING, once: Once | None = None, **asked: Any
) -> PlanRecord:
    request = ReplanRequest(**({"freeze_until": None, "seconds": 5.0, "solutions": 1} | asked))
    return replan(db, plan_id, request, by="k2", now=now, max_seconds=600, once=once)


def problem_of(db: Database, plan_id: str, now: datetime = EVENING, **asked: Any) -> Problem:
    return plan_problem(db, ask(db, plan_id, now, **asked).id)


def step_times(db: Database, plan_id: str) -> dict[str, datetime]:
    return {each.ref: each.begin for each in plan_document(db, plan_id).routes[0].steps}


def report(db: Database, plan_id: str, *events: tuple[type, dict[str, Any]]) -> None:
    made: list[DriverEvent] = [
        kind(
            **(
                {
                    "id": UUID(int=number + 1),
                    "plan_id": plan_id,
                    "truck_id": "truck-1",
                    "time": MIDDAY - timedelta(minutes=60 - number),
                }
                | values
            )
        )
        for number, (kind, values) in enumerate(events)
    ]
    outcomes = record_events(db, made, principal=DRIVER, now=MIDDAY)
    assert {each.outcome for each in outcomes} == {"recorded"}


def done(number: int, **more: Any) -> tuple[type, dict[str, Any]]:
    return StopDone, {"kind": "done", "visit_id": f"bin-{number}", **more}


def skipped(number: int) -> tuple[type, dict[str, Any]]:
    return StopSkipped, {"kind": "skipped", "visit_id": f"bin-{number}", "reason": "blocked"}


def test_the_evening_before_only_what_is_asked_for_is_frozen(db: Database) -> None:
    plan_id = planned(db)
    base = plan_problem(db, plan_id)
    free = problem_of(db, plan_id)
    assert [each.present for each in free.trucks] == [None, None]
    assert [each.first for each in free.trucks] == [(), ()]
    assert free.visit_by_id.keys() == base.visit_by_id.keys()
    on = {each.id: each.published_truck_id for each in free.visits}
    assert on == {f"bin-{number}": "truck-1" for number in range(1, 5)} | {"bin-5": None}
    until = step_times(db, plan_id)["bin-3"]
    frozen = problem_of(db, plan_id, freeze_until=until, change_eur=7.0)
    assert [each.ref for each in frozen.truck_by_id["truck-1"].first] == ["bin-1", "bin-2"]
    assert frozen.rates.change_eur == 7.0


def test_what_was_locked_stays_locked_and_stops_can_be_pinned(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    lock = Lock(kind="lock", truck_id="truck-1", stops=3)
    edit_plan(sqlite_db, plan_id, [lock], expected=1, by="k", now=NOW)
    pinned = (PinnedStop(visit_id="bin-4", truck_id="truck-2"),)
    until = step_times(sqlite_db, plan_id)["bin-2"]
    found = problem_of(sqlite_db, plan_id, pinned=pinned, freeze_until=until)
    assert [each.ref for each in found.truck_by_id["truck-1"].first] == ["bin-1", "bin-2", "bin-3"]
    assert found.visit_by_id["bin-4"].pinned_truck_id == "truck-2"


def test_what_drivers_reported_is_settled_and_their_trucks_go_on_from_there(
    db: Database,
) -> None:
    plan_id = planned(db)
    here = GeoPoint(lon=12.6, lat=55.7)
    report(db, plan_id, done(1), skipped(3), done(2, place=here))
    base, found = plan_problem(db, plan_id), problem_of(db, plan_id, MIDDAY)
    assert set(found.visit_by_id) == {"bin-4", "bin-5"}
    present = found.truck_by_id["truck-1"].present
    assert present is not None
    assert (present.place, present.at) == (here, "10:00:00")
    carried = sum(base.visit_by_id[each].mass_kg for each in ("bin-1", "bin-2"))
    assert present.load[0].mass_kg == pytest.approx(carried)
    assert found.truck_by_id["truck-2"].present is None
    assert found.truck_by_id["truck-2"].shift.starts == "10:00:00"


def test_a_truck_that_unloaded_is_empty_and_one_that_rested_needs_no_other_rest(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db)
    unloaded = (Unloaded, {"kind": "unloaded", "site_id": "amager"})
    rested = (BreakTaken, {"kind": "break", "phase": "began"})
    report(sqlite_db, plan_id, done(1), unloaded, rested)
    found = problem_of(sqlite_db, plan_id, MIDDAY)
    truck = found.truck_by_id["truck-1"]
    assert truck.present is not None
    assert truck.present.load == (OnBoard(),)
    assert truck.present.place == found.site_by_id["amager"].place
    assert truck.break_rule is None


def test_without_events_the_plans_clock_tells_how_far_a_truck_is(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    times = step_times(sqlite_db, plan_id)
    found = problem_of(sqlite_db, plan_id, times["bin-3"], freeze_until=times["bin-4"])
    assert set(found.visit_by_id) == {"bin-3", "bin-4", "bin-5"}
    truck = found.truck_by_id["truck-1"]
    assert truck.present is not None
    assert truck.present.place == plan_problem(sqlite_db, plan_id).visit_by_id["bin-2"].place
    assert [each.ref for each in truck.first] == ["bin-3"]


def test_who_knows_better_says_where_a_truck_is_and_what_it_carries(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    here = GeoPoint(lon=12.61, lat=55.66)
    told = TruckNow(
        truck_id="truck-2",
        at=MIDDAY + timedelta(minutes=30),
        place=here,
        load=(OnBoard(mass_kg=500, volume_l=900),),
    )
    truck = problem_of(sqlite_db, plan_id, MIDDAY, trucks=(told,)).truck_by_id["truck-2"]
    assert truck.present is not None
    assert (truck.present.place, truck.present.at) == (here, "10:30:00")
    assert truck.present.load == told.load


def test_a_truck_whose_shift_is_over_is_not_planned_with(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    report(sqlite_db, plan_id, done(1))
    late = MIDDAY + timedelta(hours=5)
    assert set(problem_of(sqlite_db, plan_id, late).truck_by_id) == {"truck-1"}


@pytest.mark.parametrize("now", [EVENING, MIDDAY])
def test_a_replan_is_solved_verified_and_published_instead(db: Database, now: datetime) -> None:
    plan_id = planned(db)
    publish_plan(db, plan_id, expected=1, by="k", now=NOW)
    if now == MIDDAY:
        report(db, plan_id, done(1), done(2))
    until = step_times(db, plan_id)["bin-3"] if now == EVENING else now
    asked = ask(db, plan_id, now, freeze_until=until, change_eur=1.0, publish=True)
    assert (asked.status, asked.base_plan_id) == ("queued", plan_id)
    assert plan_changes(db, asked.id)[0].detail == {"replan_of": plan_id}
    ended = run_plan(db, asked.id, settings=SETTINGS, clock=lambda: now, planner=make_plan)
    assert ended.status == "published", ended.error_detail
    problem, plan = plan_problem(db, asked.id), plan_document(db, asked.id)
    assert verify(problem, plan) == ()
    assert get_plan(db, plan_id).status == "superseded"
    if now == MIDDAY:
        (route,) = (each for each in plan.routes if each.truck_id == "truck-1")
        assert route.steps[0].departure >= MIDDAY
        assert {"bin-1", "bin-2"}.isdisjoint(each.ref for each in route.steps)
    again = problem_of(db, asked.id, now + timedelta(minutes=1))
    assert again.visit_by_id.keys() <= problem.visit_by_id.keys()


def test_limits_that_are_left_of_the_day_count_from_now(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    with sqlite_db.write() as tx:
        from api.store import plans as rows
        from optimiser.domain.fleet import DailyLimits

        problem = rows.fetch_problem(tx, plan_id)
        assert problem is not None
        limits = DailyLimits(stops=10, distance_m=100_000, mass_kg=5000)
        trucks = (replace(problem.trucks[0], limits=limits), problem.trucks[1])
        rows.write_problem(tx, plan_id, replace(problem, trucks=trucks))
    report(sqlite_db, plan_id, done(1), done(2))
    left = problem_of(sqlite_db, plan_id, MIDDAY).truck_by_id["truck-1"].limits
    assert left.stops == 8
    assert left.distance_m is not None
    assert 80_000 < left.distance_m < 100_000
    carried = sum(problem.visit_by_id[each].mass_kg for each in ("bin-1", "bin-2"))
    assert left.mass_kg == pytest.approx(5000 - carried)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"pinned": (PinnedStop(visit_id="bin-9", truck_id="truck-1"),)}, "pinned[0].visit_id"),
        ({"pinned": (PinnedStop(visit_id="bin-1", truck_id="truck-9"),)}, "pinned[0].truck_id"),
        ({"trucks": (TruckNow(truck_id="truck-9"),)}, "trucks[0].truck_id"),
        ({"seconds": 601.0}, "seconds"),
    ],
)
def test_a_replan_that_names_what_is_not_there_is_told_with_its_field(
    sqlite_db: Database, asked: dict[str, Any], field: str
) -> None:
    plan_id = planned(sqlite_db)
    with pytest.raises(Invalid) as caught:
        ask(sqlite_db, plan_id, **asked)
    assert [each.field for each in caught.value.problems] == [field]


def test_a_truck_on_another_day_or_with_other_holds_makes_no_problem(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db)
    far = TruckNow(truck_id="truck-1", at=MIDDAY + timedelta(days=9))
    split = TruckNow(truck_id="truck-1", at=MIDDAY, load=(OnBoard(), OnBoard()))
    for told in (far, split):
        with pytest.raises(Invalid, match="makes no problem"):
            ask(sqlite_db, plan_id, trucks=(told,))
    with pytest.raises(Invalid) as over:
        ask(sqlite_db, plan_id, MIDDAY + timedelta(hours=20), trucks=())
    assert over.value.code == "no_trucks"


def test_a_repeated_request_queues_one_replan_and_only_of_plans_with_routes(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db)
    once = Once("key", "k2", "hash")
    first = ask(sqlite_db, plan_id, once=once)
    assert ask(sqlite_db, plan_id, once=once) == first
    cancel_plan(sqlite_db, first.id, by="k", now=NOW)
    for missing, kind in ((first.id, Conflict), ("none", NotFound)):
        with pytest.raises(kind):
            ask(sqlite_db, missing)


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28", "2026-11-24"])
def test_the_clock_of_an_instant_is_never_before_it_and_right_outside_the_doubled_hour(
    day: str,
) -> None:
    service = ServiceDay(datetime.fromisoformat(day).date(), "Europe/Copenhagen")
    for seconds in range(0, 30 * 3600, 437):
        shown = service.seconds(service.clock_at(service.instant(seconds)))
        doubled = day == "2026-10-25" and 3 * 3600 <= seconds < 4 * 3600
        assert shown == (4 * 3600 if doubled else seconds)
    with pytest.raises(ValueError, match="not within"):
        service.clock_at(service.instant(-1))
