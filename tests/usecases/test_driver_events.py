"""What drivers report: each event once, in one state, and into the bins' history."""

from datetime import timedelta
from typing import Any

import pytest
from driver_scene import DISPATCHER, DRIVER, TUESDAY, day, event, plan_again, planned, report
from sqlalchemy import select

from api.store.database import Database
from api.store.states import stale_bins
from api.store.tables import driver_events, emptyings, readings
from api.usecases.driver.log import list_events
from api.usecases.driver.progress import driving_progress
from api.usecases.driver.sync import record_events
from api.usecases.errors import Forbidden, Invalid, NotFound
from api.usecases.keys import Principal
from small_city import NOW


def emptied(db: Database) -> list[tuple[str, Any]]:
    with db.read() as tx:
        return [tuple(row) for row in tx.execute(select(emptyings.c.bin_id, emptyings.c.time))]


def test_a_done_stop_is_an_emptying_and_marks_the_bin_stale(db: Database) -> None:
    told = event(planned(db))
    (outcome,) = report(db, told)
    assert (outcome.outcome, outcome.off_route, outcome.outdated) == ("recorded", False, False)
    (stop,) = day(db).state.stops
    assert (stop.visit_id, stop.kind, stop.time) == ("bin-1", "done", told.time)
    assert emptied(db) == [("bin-1", told.time)]
    with db.read() as tx:
        assert "bin-1" in stale_bins(tx, NOW - timedelta(hours=1))


def test_a_skipped_stop_empties_nothing_and_says_whether_it_had_to_be(db: Database) -> None:
    plan_id = planned(db)
    report(
        db,
        event(plan_id, 1, "skipped"),
        event(plan_id, 2, "skipped", visit_id="bin-2", reason="not_full", fill=0.1),
    )
    forced, chosen = day(db).state.stops
    assert (forced.reason, forced.forced, forced.fill) == ("blocked", True, None)
    assert (chosen.reason, chosen.forced, chosen.fill) == ("not_full", False, 0.1)
    assert emptied(db) == []


def test_a_done_stop_that_is_taken_back_later_is_no_emptying_any_more(db: Database) -> None:
    plan_id = planned(db)
    done = event(plan_id, 1, minutes_ago=10)
    report(db, done)
    report(db, event(plan_id, 2, "skipped", minutes_ago=5))
    assert emptied(db) == []
    report(db, event(plan_id, 3, "skipped", minutes_ago=20), done)
    assert (emptied(db), day(db).state.stops[0].kind) == ([], "skipped")
    again = event(plan_id, 4, minutes_ago=1)
    report(db, again)
    assert emptied(db) == [("bin-1", again.time)]


def test_a_seen_level_is_a_reading_and_one_seen_on_emptying_comes_before_it(db: Database) -> None:
    plan_id = planned(db)
    seen = event(plan_id, 1, "fill_seen", visit_id="bin-3", fill=0.6, minutes_ago=30)
    done = event(plan_id, 2, fill=0.9)
    report(db, seen, done)
    report(db, done, seen)
    columns = (readings.c.bin_id, readings.c.sensor_id, readings.c.time, readings.c.fill)
    with db.read() as tx:
        found = {tuple(row) for row in tx.execute(select(*columns))}
    assert found == {
        ("bin-3", "driver", seen.time, 0.6),
        ("bin-1", "driver", done.time - timedelta(seconds=1), 0.9),
    }
    assert day(db).state.stops[0].fill == 0.9


def test_unloads_problems_breaks_and_the_place_are_kept(db: Database) -> None:
    plan_id = planned(db)
    report(
        db,
        event(plan_id, 1, "unloaded", minutes_ago=30, ticket="T-1"),
        event(plan_id, 2, "problem", minutes_ago=25, note="lid gone"),
        event(plan_id, 3, "break", minutes_ago=20),
        event(plan_id, 4, "position", minutes_ago=15),
        event(plan_id, 5, "position", minutes_ago=18, place={"lon": 12.5, "lat": 55.5}),
    )
    state = day(db).state
    assert [(each.site_id, each.mass_kg) for each in state.unloads] == [("amager", 4200.0)]
    assert [(each.code, each.note) for each in state.problems] == [("damaged", "lid gone")]
    assert state.break_since == NOW - timedelta(minutes=20)
    position = driving_progress(db, plan_id).trucks[0].position
    assert position is not None
    assert (position.place.lon, position.time) == (12.57, NOW - timedelta(minutes=15))
    report(db, event(plan_id, 6, "break", phase="ended", minutes_ago=1))
    assert day(db).state.break_since is None


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("skipped", {"reason": "lazy"}),
        ("skipped", {"reason": "not_full", "forced": True}),
        ("skipped", {"reason": None}),
        ("done", {"reason": "blocked"}),
        ("done", {"fill": 1.6}),
        ("fill_seen", {"fill": None}),
        ("unloaded", {"mass_kg": -1}),
        ("problem", {"code": "rain"}),
        ("problem", {"note": "x" * 2001}),
        ("break", {"phase": "lunch"}),
        ("position", {"place": None}),
        ("position", {"place": {"lon": 181, "lat": 0}}),
        ("done", {"kind": "exploded"}),
        ("done", {"time": "2026-11-24T04:30:00"}),
    ],
)
def test_an_event_checks_itself(kind: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="error"):
        event("p", 1, kind, **changes)


def test_the_same_event_again_is_a_duplicate_and_another_under_its_id_is_not_taken(
    db: Database,
) -> None:
    plan_id = planned(db)
    told, other = event(plan_id), event(plan_id, visit_id="bin-2")
    outcomes = report(db, told, told, other)
    assert [each.outcome for each in outcomes] == ["recorded", "duplicate", "conflicting"]
    assert [each.outcome for each in report(db, told, other)] == ["duplicate", "conflicting"]
    assert len(day(db).state.stops) == 1


def test_an_event_of_no_plan_or_no_possible_time_is_rejected_alone(db: Database) -> None:
    plan_id = planned(db)
    outcomes = report(
        db,
        event("nothing", 1),
        event(plan_id, 2, minutes_ago=-60),
        event(plan_id, 3, minutes_ago=500 * 24 * 60),
        event(plan_id, 4),
    )
    assert [each.outcome for each in outcomes] == ["rejected"] * 3 + ["recorded"]
    assert any("ahead of the service's clock" in each.detail for each in outcomes)


def test_events_that_fit_no_stop_of_the_plan_are_kept_and_flagged(db: Database) -> None:
    plan_id = planned(db)
    outcomes = report(
        db,
        event(plan_id, 1, visit_id="bin-3"),
        event(plan_id, 2, visit_id="gone"),
        event(plan_id, 3, "unloaded", site_id="elsewhere"),
        event(plan_id, 4, "unloaded"),
    )
    assert [each.off_route for each in outcomes] == [True, True, True, False]
    assert [bin_id for bin_id, _ in emptied(db)] == ["bin-3"]
    assert [each.off_route for each in day(db).state.stops] == [True, True]


def test_events_for_a_plan_that_was_changed_count_on_the_new_one_and_are_flagged(
    db: Database,
) -> None:
    old = planned(db)
    report(db, event(old, 1))
    new = plan_again(db, NOW + timedelta(minutes=1), "bin-1", "bin-3")
    (outcome,) = report(db, event(old, 2, visit_id="bin-2"), now=NOW + timedelta(minutes=2))
    assert (outcome.outcome, outcome.outdated, outcome.off_route) == ("recorded", True, False)
    first, second = day(db).state.stops
    assert (first.visit_id, first.outdated, first.off_route) == ("bin-1", True, False)
    assert (second.visit_id, second.outdated, second.off_route) == ("bin-2", True, True)
    (truck,) = driving_progress(db, new).trucks
    assert (truck.stops, truck.done, truck.left, truck.off_route) == (2, 1, 1, 1)
    assert [each.outdated for each in list_events(db, TUESDAY).items] == [True, True]
    assert driving_progress(db, old).in_force is False


def test_nobody_reports_for_another(db: Database) -> None:
    plan_id = planned(db)
    with pytest.raises(NotFound):
        report(db, event(plan_id, 1), event(plan_id, 2, truck_id="truck-2"))
    sensor = Principal("k", "sensor", "", sensor_prefix="")
    with pytest.raises(Forbidden):
        record_events(db, [event(plan_id)], principal=sensor, now=NOW)
    with db.read() as tx:
        assert tx.execute(select(driver_events)).all() == []


def test_progress_counts_each_trucks_stops_and_tells_how_late_it_is(db: Database) -> None:
    plan_id = planned(db)
    assert driving_progress(db, plan_id).trucks[0].late_s is None
    route = day(db).route
    assert route is not None
    late = route.steps[1].departure + timedelta(minutes=7)
    report(
        db,
        event(plan_id, 1, visit_id=route.steps[1].ref, time=late.isoformat()),
        event(plan_id, 2, "unloaded", minutes_ago=-1),
        event(plan_id, 3, "problem", minutes_ago=0),
        now=late,
    )
    found = driving_progress(db, plan_id)
    (truck,) = found.trucks
    assert (truck.stops, truck.done, truck.skipped, truck.left) == (2, 1, 0, 1)
    assert (truck.late_s, truck.unloaded_kg, truck.problems) == (420, 4200.0, 1)
    assert (found.in_force, found.seq, found.left) == (True, 3, 1)
    with pytest.raises(NotFound):
        driving_progress(db, "nothing")


def test_a_required_bin_that_was_skipped_is_named(db: Database) -> None:
    plan_id = planned(db)
    route = day(db).route
    assert route is not None
    required = [each.ref for each in route.steps if each.required]
    report(db, *(event(plan_id, n, "skipped", visit_id=ref) for n, ref in enumerate(required, 1)))
    assert list(driving_progress(db, plan_id).trucks[0].required_skipped) == sorted(required)


def test_the_log_pages_in_the_order_of_recording_and_filters(db: Database) -> None:
    plan_id = planned(db)
    report(db, event(plan_id, 9), event(plan_id, 3, "problem"), event(plan_id, 5, "break"))
    first = list_events(db, TUESDAY, limit=2)
    assert [each.seq for each in first.items] == [1, 2]
    rest = list_events(db, TUESDAY, cursor=first.next_cursor)
    assert [(each.seq, each.event.kind) for each in rest.items] == [(3, "break")]
    assert [each.seq for each in list_events(db, TUESDAY, kind="problem").items] == [2]
    assert list_events(db, TUESDAY, truck_id="truck-2").items == ()
    with pytest.raises(Invalid):
        list_events(db, TUESDAY, cursor="Zm9v")


def test_the_driver_and_the_dispatcher_see_one_day(db: Database) -> None:
    plan_id = planned(db)
    report(db, event(plan_id))
    assert day(db) == day(db, principal=DISPATCHER)
    assert day(db, principal=DRIVER).plan_id == plan_id
