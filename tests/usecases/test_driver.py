"""The driver's day: own route, and stop events in any order."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from api.config import Settings
from api.store.database import Database
from api.store.states import stale_bins
from api.store.tables import emptyings, stop_events
from api.usecases.driver import DriverRoute, StopEvent, driver_route, record_stop_events
from api.usecases.errors import Forbidden, NotFound
from api.usecases.keys import Principal
from api.usecases.planning import run_plan
from api.usecases.plans import PlanRequest, plan_document, request_plan
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from small_city import NOW, fill_city

TUESDAY = date(2026, 11, 24)
DRIVER = Principal("k1", "driver", "Kim", truck_id="truck-1")
DISPATCHER = Principal("k2", "dispatcher", "Sam")
SETTINGS = Settings(heartbeat_s=0.02)


def _in_order(problem: Problem, **_: Any) -> Plan:
    """A planner that gives truck-1 bins 1 and 2, and leaves bin 3."""
    visits = (Action("visit", "bin-1"), Action("visit", "bin-2"))
    solution = Solution((TruckOrder("truck-1", (*visits, Action("unload", "amager"))),))
    return build_plan(problem, travel_matrix(problem), solution)


def _planned(db: Database) -> str:
    fill_city(db, trucks=2)
    return _plan_again(db, NOW)


def _plan_again(db: Database, now: datetime, planner: Any = _in_order) -> str:
    asked = request_plan(
        db, PlanRequest(service_date=TUESDAY, publish=True), created_by="k", now=now
    )
    done = run_plan(db, asked.id, settings=SETTINGS, clock=lambda: now, planner=planner)
    assert done.status == "published", done.error_detail
    return asked.id


def _event(plan_id: str, number: int = 1, **changes: Any) -> StopEvent:
    values: dict[str, Any] = {
        "id": UUID(int=number),
        "plan_id": plan_id,
        "truck_id": "truck-1",
        "visit_id": "bin-1",
        "kind": "done",
        "time": NOW - timedelta(minutes=10),
    }
    return StopEvent(**(values | changes))


def _route(db: Database, truck_id: str = "truck-1", principal: Principal = DRIVER) -> DriverRoute:
    return driver_route(db, truck_id, TUESDAY, principal=principal)


def test_a_driver_gets_the_route_of_the_plan_published_last(db: Database) -> None:
    first = _planned(db)
    assert _route(db).plan_id == first
    second = _plan_again(db, NOW + timedelta(minutes=1))
    found = _route(db)
    assert found.plan_id == second
    assert found.route == plan_document(db, second).routes[0]
    assert (found.timezone, found.states) == ("Europe/Copenhagen", ())


def test_a_truck_that_stays_at_home_has_no_route(db: Database) -> None:
    _planned(db)
    assert _route(db, "truck-2", DISPATCHER).route is None


def test_nobody_learns_of_what_is_not_theirs(db: Database) -> None:
    plan_id = _planned(db)
    with pytest.raises(NotFound):
        _route(db, "truck-2")
    with pytest.raises(NotFound):
        _route(db, "truck-9", DISPATCHER)
    with pytest.raises(NotFound):
        driver_route(db, "truck-1", date(2026, 11, 25), principal=DRIVER)
    with pytest.raises(Forbidden):
        _route(db, principal=Principal("k", "sensor", "", sensor_prefix=""))
    foreign = _event(plan_id, truck_id="truck-2")
    with pytest.raises(NotFound):
        record_stop_events(db, [_event(plan_id), foreign], principal=DRIVER, now=NOW)
    assert _route(db).states == ()


def test_a_done_stop_is_an_emptying_and_marks_the_bin_stale(db: Database) -> None:
    plan_id = _planned(db)
    (outcome,) = record_stop_events(db, [_event(plan_id)], principal=DRIVER, now=NOW)
    assert (outcome.outcome, outcome.off_route) == ("recorded", False)
    (state,) = _route(db).states
    assert (state.visit_id, state.kind, state.time) == ("bin-1", "done", _event(plan_id).time)
    with db.read() as tx:
        assert tx.execute(select(emptyings.c.bin_id, emptyings.c.source)).all() == [
            ("bin-1", "driver")
        ]
        assert "bin-1" in stale_bins(tx, NOW - timedelta(hours=1))


def test_a_skipped_stop_has_a_reason_and_empties_nothing(db: Database) -> None:
    plan_id = _planned(db)
    skipped = _event(plan_id, kind="skipped", reason="blocked")
    record_stop_events(db, [skipped], principal=DRIVER, now=NOW)
    assert _route(db).states[0].reason == "blocked"
    with db.read() as tx:
        assert tx.execute(select(emptyings)).all() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "skipped"},
        {"reason": "blocked"},
        {"kind": "skipped", "reason": "lazy"},
        {"kind": "exploded"},
    ],
)
def test_an_event_checks_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"reason|kind"):
        _event("p", **changes)


def test_the_same_event_again_is_a_duplicate_and_another_under_its_id_is_not_taken(
    db: Database,
) -> None:
    plan_id = _planned(db)
    event, other = _event(plan_id), _event(plan_id, visit_id="bin-2")
    batch = [event, event, other]
    outcomes = record_stop_events(db, batch, principal=DRIVER, now=NOW)
    again = record_stop_events(db, [event], principal=DRIVER, now=NOW)
    assert [each.outcome for each in outcomes] == ["recorded", "duplicate", "conflicting"]
    assert [each.outcome for each in again] == ["duplicate"]
    assert len(_route(db).states) == 1


def test_events_of_a_changed_plan_are_kept_and_flagged(db: Database) -> None:
    old = _planned(db)
    batch = [_event(old, 1, visit_id="bin-3"), _event(old, 2, visit_id="gone")]
    outcomes = record_stop_events(db, batch, principal=DRIVER, now=NOW)
    assert [(each.outcome, each.off_route) for each in outcomes] == [("recorded", True)] * 2
    with db.read() as tx:
        assert tx.execute(select(emptyings.c.bin_id)).scalars().all() == ["bin-3"]


def test_an_event_of_no_plan_or_no_possible_time_is_rejected_alone(db: Database) -> None:
    plan_id = _planned(db)
    batch = [
        _event("nothing", 1),
        _event(plan_id, 2, time=NOW + timedelta(hours=1)),
        _event(plan_id, 3, time=NOW - timedelta(days=500)),
        _event(plan_id, 4),
    ]
    outcomes = record_stop_events(db, batch, principal=DRIVER, now=NOW)
    assert [each.outcome for each in outcomes] == ["rejected"] * 3 + ["recorded"]
    assert any("ahead of the service's clock" in each.detail for each in outcomes)


_EVENTS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(["bin-1", "bin-2"]),
        st.sampled_from(["done", "blocked", "locked"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each[0],
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=_EVENTS, data=st.data())
def test_any_order_and_repetition_of_events_gives_one_state(
    sqlite_db: Database, drawn: list[tuple[int, str, str, int]], data: st.DataObject
) -> None:
    try:
        plan_id = _route(sqlite_db).plan_id
    except NotFound:
        plan_id = _planned(sqlite_db)
    batch = [
        _event(
            plan_id,
            number,
            visit_id=visit_id,
            kind="done" if what == "done" else "skipped",
            reason=None if what == "done" else what,
            time=NOW - timedelta(minutes=minutes),
        )
        for number, visit_id, what, minutes in drawn
    ]
    shuffled = data.draw(st.permutations(batch + batch))
    cut = data.draw(st.integers(0, len(shuffled)))
    states = []
    for parts in ([batch], [shuffled[:cut], shuffled[cut:]]):
        with sqlite_db.write() as tx:
            tx.execute(delete(stop_events))
            tx.execute(delete(emptyings))
        for part in parts:
            record_stop_events(sqlite_db, part, principal=DRIVER, now=NOW)
        with sqlite_db.read() as tx:
            emptied = set(map(tuple, tx.execute(select(emptyings)).all()))
        states.append((_route(sqlite_db).states, emptied))
    assert states[0] == states[1]
