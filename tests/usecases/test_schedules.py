"""Schedules: due by the local clock, each run once, retried, made up for once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from fake_planner import SETTINGS, FakePlanner

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import TRUCKS
from api.usecases.errors import Invalid, NotFound, PreconditionRequired, VersionMismatch
from api.usecases.plan_request import PlanTemplate
from api.usecases.planning import run_plan
from api.usecases.plans import cancel_plan, get_plan, list_plans
from api.usecases.schedules import (
    Schedule,
    ScheduleRun,
    delete_schedule,
    get_schedule,
    list_schedules,
    put_schedule,
    schedule_runs,
)
from api.usecases.timetable import latest_due, run_schedules
from api.usecases.trail import plan_changes
from optimiser.planning import PlanningFailed
from small_city import NOW, TRUCK, fill_city

ZONE = "Europe/Copenhagen"
NIGHTLY = Schedule(id="nightly", at="04:00")
FOUR = datetime(2026, 11, 24, 3, tzinfo=UTC)
"""04:00 in Copenhagen on the Tuesday after `NOW`, a Monday evening."""
MINUTE = timedelta(minutes=1)


def put(db: Database, schedule: Schedule = NIGHTLY, now: datetime = NOW, **expected: Any) -> int:
    stored, _ = put_schedule(
        db, schedule, expected=expected.get("expected"), now=now, max_seconds=600
    )
    return stored.version


def look(db: Database, now: datetime) -> None:
    run_schedules(db, now=now, timezone=ZONE)


def runs(db: Database) -> list[ScheduleRun]:
    return list(schedule_runs(db, "nightly"))


def solve(db: Database, plan_id: str | None, now: datetime, act: Any = None) -> None:
    assert plan_id is not None
    run_plan(db, plan_id, settings=SETTINGS, clock=lambda: now, planner=FakePlanner(act))


def test_tomorrow_is_planned_at_four_and_not_before(db: Database) -> None:
    fill_city(db)
    put(db)
    look(db, FOUR - MINUTE)
    assert runs(db) == []
    look(db, FOUR + MINUTE)
    (run,) = runs(db)
    assert (run.due_at, run.service_date) == (FOUR, date(2026, 11, 25))
    assert (run.state, run.tries) == ("planning", 1)
    (plan,) = list_plans(db).items
    assert (plan.id, plan.service_date, plan.created_by) == (
        run.plan_id,
        date(2026, 11, 25),
        "schedule",
    )
    assert plan_changes(db, plan.id)[0].detail == {"schedule_id": "nightly"}
    solve(db, plan.id, FOUR + MINUTE)
    look(db, FOUR + 2 * MINUTE)
    assert runs(db)[0].state == "planned"


def test_a_run_is_asked_for_once_however_often_and_by_how_many_it_is_looked_at(
    db: Database,
) -> None:
    fill_city(db)
    put(db)
    together = Barrier(4)

    def act() -> None:
        together.wait()
        for seconds in range(3):
            look(db, FOUR + timedelta(seconds=seconds))

    threads = [Thread(target=act) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    look(db, FOUR + MINUTE)
    assert len(list_plans(db).items) == len(runs(db)) == 1


def test_a_plan_that_fails_is_asked_for_again_so_many_times(db: Database) -> None:
    fill_city(db)
    put(db, replace(NIGHTLY, retries=2, retry_after_s=600))

    def fail(*_: Any) -> None:
        raise PlanningFailed("no_solution", "x")

    now = FOUR
    for tries in (1, 2, 3):
        look(db, now)
        assert (runs(db)[0].state, runs(db)[0].tries) == ("planning", tries)
        solve(db, runs(db)[0].plan_id, now, fail)
        look(db, now + MINUTE)
        look(db, now + 9 * MINUTE)
        assert len(list_plans(db).items) == tries
        now += 12 * MINUTE
    look(db, now)
    assert (runs(db)[0].state, runs(db)[0].error_code) == ("failed", "no_solution")
    assert len(list_plans(db).items) == 3


def test_a_retry_that_succeeds_is_the_end_of_it(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    put(sqlite_db)
    look(sqlite_db, FOUR)
    solve(sqlite_db, runs(sqlite_db)[0].plan_id, FOUR, lambda *_: 1 / 0)
    look(sqlite_db, FOUR + MINUTE)
    look(sqlite_db, FOUR + 10 * MINUTE)
    solve(sqlite_db, runs(sqlite_db)[0].plan_id, FOUR + 10 * MINUTE)
    look(sqlite_db, FOUR + 11 * MINUTE)
    (run,) = runs(sqlite_db)
    assert (run.state, run.tries, run.error_code) == ("planned", 2, None)


def test_missed_runs_are_made_up_for_by_one(db: Database) -> None:
    fill_city(db)
    put(db)
    look(db, FOUR + timedelta(days=3, hours=5))
    (run,) = runs(db)
    assert (run.due_at, run.service_date) == (FOUR + timedelta(days=3), date(2026, 11, 28))
    look(db, FOUR + timedelta(days=3, hours=6))
    assert len(list_plans(db).items) == 1


def test_a_missed_run_whose_date_is_over_is_not_made_up_for(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    today = replace(NIGHTLY, at="23:00", days_ahead=0)
    put(sqlite_db, today)
    look(sqlite_db, datetime(2026, 11, 24, 1, tzinfo=UTC))
    assert runs(sqlite_db)[0].state == "missed"
    assert list_plans(sqlite_db).items == ()


def test_what_was_due_before_a_schedule_was_made_or_changed_is_not_made_up_for(
    sqlite_db: Database,
) -> None:
    fill_city(sqlite_db)
    put(sqlite_db, now=FOUR + MINUTE)
    put(sqlite_db, replace(NIGHTLY, at="03:30"), now=FOUR + 2 * MINUTE, expected=1)
    look(sqlite_db, FOUR + 3 * MINUTE)
    assert runs(sqlite_db) == []


def test_a_paused_schedule_rests_and_one_of_some_days_runs_on_those(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    put(sqlite_db, replace(NIGHTLY, paused=True))
    look(sqlite_db, FOUR)
    assert runs(sqlite_db) == []
    put(sqlite_db, replace(NIGHTLY, days=frozenset({"thu"})), expected=1)
    for day in range(7):
        look(sqlite_db, FOUR + timedelta(days=day))
    assert [each.service_date for each in runs(sqlite_db)] == [date(2026, 11, 27)]


def test_a_run_that_cannot_be_asked_for_is_refused_with_its_code(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    on_mondays = replace(TRUCK, shift=replace(TRUCK.shift, days=frozenset({"mon"})))
    catalogue.put(sqlite_db, TRUCKS, on_mondays, expected="any", now=NOW)
    put(sqlite_db)
    look(sqlite_db, FOUR)
    assert (runs(sqlite_db)[0].state, runs(sqlite_db)[0].error_code) == ("refused", "no_trucks")
    look(sqlite_db, FOUR + timedelta(days=5))
    assert runs(sqlite_db)[0].state == "planning"


def test_a_plan_that_somebody_stopped_is_not_asked_for_again(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    put(sqlite_db)
    look(sqlite_db, FOUR)
    plan_id = str(runs(sqlite_db)[0].plan_id)
    cancel_plan(sqlite_db, plan_id, by="k", now=FOUR)
    look(sqlite_db, FOUR + MINUTE)
    assert runs(sqlite_db)[0].state == "cancelled"
    assert len(list_plans(sqlite_db).items) == 1


def test_plans_are_asked_for_as_the_schedule_says(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    template = PlanTemplate(seconds=7, seed=3, truck_ids=("truck-1",), publish=True)
    put(sqlite_db, replace(NIGHTLY, plan=template))
    look(sqlite_db, FOUR)
    request = get_plan(sqlite_db, str(runs(sqlite_db)[0].plan_id)).request
    assert (request.seconds, request.seed, request.truck_ids) == (7, 3, ("truck-1",))
    assert request.publish


@pytest.mark.parametrize(
    ("evening", "at", "due"),
    [
        # In the night to 25 October 2026 the clock shows 02:00-03:00 twice.
        ("2026-10-24T20:00Z", "04:00", "2026-10-25T03:00Z"),
        ("2026-10-24T20:00Z", "02:30", "2026-10-25T00:30Z"),
        # In the night to 28 March 2027 it does not show 02:00-03:00 at all.
        ("2027-03-27T20:00Z", "04:00", "2027-03-28T02:00Z"),
        ("2027-03-27T20:00Z", "02:30", "2027-03-28T01:00Z"),
    ],
)
def test_on_both_clock_change_nights_there_is_one_run_at_the_right_moment(
    sqlite_db: Database, evening: str, at: str, due: str
) -> None:
    fill_city(sqlite_db)
    begin, moment = datetime.fromisoformat(evening), datetime.fromisoformat(due)
    put(sqlite_db, replace(NIGHTLY, at=at), now=begin)
    for tens in range(6 * 14):
        look(sqlite_db, begin + tens * timedelta(minutes=10))
    (run,) = runs(sqlite_db)
    assert (run.due_at, run.service_date) == (moment, moment.date() + timedelta(days=1))
    assert len(list_plans(sqlite_db).items) == 1


def test_over_a_year_every_date_has_one_run() -> None:
    seen: dict[date, datetime] = {}
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for _ in range(366 * 24):
        found = latest_due(replace(NIGHTLY, at="02:30"), now, ZONE)
        assert found is not None
        assert seen.setdefault(found[1], found[0]) == found[0]
        now += timedelta(hours=1)
    days = sorted(seen)
    assert [day.toordinal() for day in days] == list(
        range(days[0].toordinal(), days[-1].toordinal() + 1)
    )


def test_schedules_are_put_listed_and_deleted_under_versions(db: Database) -> None:
    assert put(db, expected="absent") == 1
    with pytest.raises(PreconditionRequired):
        put(db)
    for expected in (7, "absent"):
        with pytest.raises(VersionMismatch):
            put(db, expected=expected)
    assert put(db, replace(NIGHTLY, name="every night"), expected=1) == 2
    assert get_schedule(db, "nightly").item.name == "every night"
    with pytest.raises(VersionMismatch):
        put(db, replace(NIGHTLY, id="other"), expected=1)
    put(db, replace(NIGHTLY, id="other"))
    page = list_schedules(db, limit=1)
    assert [each.item.id for each in page.items] == ["nightly"]
    rest = list_schedules(db, cursor=page.next_cursor)
    assert [each.item.id for each in rest.items] == ["other"]
    with pytest.raises(VersionMismatch):
        delete_schedule(db, "nightly", expected=1, now=NOW)
    delete_schedule(db, "nightly", expected=2, now=NOW)
    for gone in (get_schedule, schedule_runs):
        with pytest.raises(NotFound):
            gone(db, "nightly")


def test_a_deleted_schedule_leaves_its_plans(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    put(sqlite_db)
    look(sqlite_db, FOUR)
    delete_schedule(sqlite_db, "nightly", expected="any", now=NOW)
    look(sqlite_db, FOUR + MINUTE)
    assert len(list_plans(sqlite_db).items) == 1


def test_a_schedule_may_not_ask_for_more_time_than_a_plan_may(sqlite_db: Database) -> None:
    with pytest.raises(Invalid) as caught:
        put(sqlite_db, replace(NIGHTLY, plan=PlanTemplate(seconds=601)))
    assert [each.field for each in caught.value.problems] == ["plan.seconds"]
