"""Plans: asked for, built into problems, listed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fake_planner import TUESDAY, FakePlanner, ask, run

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS, TRUCKS
from api.usecases.errors import Conflict, Invalid, NotFound
from api.usecases.idempotency import Once
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.plan_request import PlanRequest
from api.usecases.planning import build_problem
from api.usecases.plans import (
    cancel_plan,
    get_plan,
    list_plans,
    plan_document,
    plan_problem,
    request_plan,
)
from api.usecases.readings import ingest_readings
from small_city import NOW, TRUCK, a_bin, a_reading, fill_city


def test_a_plan_goes_from_queued_to_done(db: Database) -> None:
    fill_city(db)
    asked = ask(db, seconds=7, seed=3)
    planner = FakePlanner()
    done = run(db, asked.id, planner)
    ((problem, options),) = planner.asked
    assert (asked.status, asked.attempt, asked.has_plan) == ("queued", 0, False)
    assert (done.status, done.attempt, done.has_plan, done.cost_eur) == ("done", 1, True, 12.5)
    assert (options["stop"].seconds, options["seed"]) == (7, 3)
    assert {each.id for each in problem.visits} == {"bin-1", "bin-2", "bin-3"}
    assert plan_document(db, asked.id).cost.total_eur == 12.5
    assert plan_problem(db, asked.id) == problem


def test_a_request_comes_back_as_it_was(db: Database) -> None:
    fill_city(db)
    asked = ask(db, seconds=7, truck_ids=("truck-1",), required_chance=0.3)
    assert get_plan(db, asked.id) == asked
    assert asked.request == PlanRequest(
        service_date=TUESDAY, seconds=7, truck_ids=("truck-1",), required_chance=0.3
    )


@pytest.mark.parametrize(("weight", "value"), [("overflow_weight", 40), ("visit_weight", 8)])
def test_prizes_follow_the_weights_of_the_request(db: Database, weight: str, value: float) -> None:
    fill_city(db)

    def prizes(**asked: float) -> float:
        request = PlanRequest(service_date=TUESDAY, **asked)
        problem = build_problem(db, request, now=NOW, timezone="Europe/Copenhagen")
        assert problem is not None
        return sum(each.prize_eur for each in problem.visits)

    assert len({prizes(), prizes(**{weight: value}), prizes(**{weight: 0})}) == 3


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
    asked = ask(db)
    assert run(db, asked.id, planner).status == "done"
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
        ask(sqlite_db, **changes)
    assert caught.value.code == code
    assert caught.value.problems[0].field in changes
    assert list_plans(sqlite_db).items == ()


def test_no_depot_and_no_truck_are_said_before_queueing(sqlite_db: Database) -> None:
    with pytest.raises(Invalid) as no_depots:
        ask(sqlite_db)
    fill_city(sqlite_db, trucks=0)
    with pytest.raises(Invalid) as no_trucks:
        ask(sqlite_db)
    sundays = replace(TRUCK, shift=replace(TRUCK.shift, days=frozenset({"sun"})))
    catalogue.put(sqlite_db, TRUCKS, sundays, now=NOW)
    with pytest.raises(Invalid, match="tue") as none_drives:
        ask(sqlite_db)
    codes = [each.value.code for each in (no_depots, no_trucks, none_drives)]
    assert codes == ["no_depots", "no_trucks", "no_trucks"]


def test_a_truck_gone_after_queueing_fails_the_plan_with_its_code(db: Database) -> None:
    fill_city(db)
    asked = ask(db)
    catalogue.delete(db, TRUCKS, "truck-1", expected="any", now=NOW)
    failed = run(db, asked.id, FakePlanner())
    assert (failed.status, failed.error_code) == ("failed", "no_trucks")


def test_a_named_truck_gone_after_queueing_fails_the_plan_naming_it(db: Database) -> None:
    fill_city(db, trucks=2)
    asked = ask(db, truck_ids=("truck-1", "truck-2"))
    catalogue.delete(db, TRUCKS, "truck-1", expected="any", now=NOW)
    failed = run(db, asked.id, FakePlanner())
    assert (failed.error_code, failed.error_detail) == ("no_trucks", "there is no truck 'truck-1'")


def test_what_is_not_there_is_not_found(db: Database) -> None:
    for look in (get_plan, plan_document, plan_problem):
        with pytest.raises(NotFound):
            look(db, "nothing\x00here")
    with pytest.raises(NotFound):
        cancel_plan(db, "nothing", by="k", now=NOW)


def test_a_plan_that_is_not_done_has_no_routes(db: Database) -> None:
    fill_city(db)
    asked = ask(db)
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
    ids = [ask(db, NOW + timedelta(seconds=n)).id for n in range(3)]
    other = ask(db, NOW + timedelta(seconds=9), service_date=date(2026, 11, 25)).id
    cancel_plan(db, ids[0], by="k", now=NOW)
    assert [each.id for each in list_plans(db).items] == [other, *ids[::-1]]
    assert [each.id for each in list_plans(db, service_date=TUESDAY).items] == ids[::-1]
    assert [each.id for each in list_plans(db, status="cancelled").items] == [ids[0]]
    first = list_plans(db, limit=2)
    rest = list_plans(db, limit=2, cursor=first.next_cursor)
    assert [each.id for each in (*first.items, *rest.items)] == [other, *ids[::-1]]


@pytest.mark.parametrize(
    ("day", "next_noon"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 25, 11, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 26, 11, tzinfo=UTC)),
        (date(2027, 3, 27), datetime(2027, 3, 28, 10, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 29, 10, tzinfo=UTC)),
    ],
)
def test_on_both_clock_change_nights_the_next_chance_is_at_the_next_days_noon(
    sqlite_db: Database, day: date, next_noon: datetime
) -> None:
    fill_city(sqlite_db)
    request = PlanRequest(service_date=day)
    problem = build_problem(sqlite_db, request, now=NOW, timezone="Europe/Copenhagen")
    assert problem is not None
    assert problem.service_date == day
    evidence = problem.visits[0].evidence
    assert evidence is not None
    assert evidence.next_chance == next_noon


def test_a_key_that_no_header_holds_is_refused(db: Database) -> None:
    fill_city(db)
    for key in ("k" * 256, "a\0b"):
        once = Once(key, "k1", "hash")
        with pytest.raises(Invalid):
            request_plan(db, PlanRequest(service_date=TUESDAY), created_by="k1", now=NOW, once=once)
