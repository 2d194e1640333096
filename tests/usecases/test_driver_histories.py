"""Any order and repetition of a phone's events gives one state: random histories, each database.

`make histories` tries 500 of them on each; the suite some.
"""

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from driver_scene import TUESDAY, day, event, plan_again, planned, report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from api.store.database import Database
from api.store.tables import driver_days, driver_events, emptyings, readings
from api.usecases.driver.events import DriverEvent
from api.usecases.driver.progress import driving_progress
from small_city import NOW

HISTORIES = int(os.environ.get("BINROUNDS_TEST_HISTORIES", "40"))
BINS = ("bin-1", "bin-2", "bin-3", "gone")
PLACES = st.builds(lambda lon: {"lon": lon, "lat": 55.6}, st.sampled_from((12.1, 12.2, 12.3)))
WHAT: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.tuples(
        st.just("done"),
        st.fixed_dictionaries(
            {"visit_id": st.sampled_from(BINS), "fill": st.sampled_from((None, 0.4, 0.9))}
        ),
    ),
    st.tuples(
        st.just("skipped"),
        st.fixed_dictionaries(
            {
                "visit_id": st.sampled_from(BINS),
                "reason": st.sampled_from(("blocked", "not_full")),
                "fill": st.sampled_from((None, 0.1)),
            }
        ),
    ),
    st.tuples(
        st.just("fill_seen"),
        st.fixed_dictionaries(
            {"visit_id": st.sampled_from(BINS), "fill": st.sampled_from((0.2, 0.8))}
        ),
    ),
    st.tuples(st.just("unloaded"), st.just({})),
    st.tuples(st.just("problem"), st.just({})),
    st.tuples(
        st.just("break"), st.fixed_dictionaries({"phase": st.sampled_from(("began", "ended"))})
    ),
    st.tuples(st.just("position"), st.fixed_dictionaries({"place": PLACES})),
)
HISTORY = st.lists(st.tuples(WHAT, st.integers(0, 3), st.booleans()), min_size=1, max_size=10)
"""What happened, how many minutes ago, and whether it is told of the old plan."""


@pytest.mark.timeout(600)  # 500 of them take two minutes on a busy machine
@settings(
    max_examples=HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=HISTORY, data=st.data())
def test_any_order_and_repetition_of_events_gives_one_state(
    db: Database,
    history: list[tuple[tuple[str, dict[str, Any]], int, bool]],
    data: st.DataObject,
) -> None:
    old, new = _plans(db)
    events = [
        event(old if on_old else new, number, kind, minutes_ago=minutes, **fields)
        for number, ((kind, fields), minutes, on_old) in enumerate(history, 1)
    ]
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=5))
    shuffled = data.draw(st.permutations(repeated))
    cut = data.draw(st.integers(0, len(shuffled)))
    once = _after(db, new, [events])
    assert _after(db, new, [shuffled[:cut], shuffled[cut:]]) == once
    assert len(once["events"]) == len(events)


def _plans(db: Database) -> tuple[str, str]:
    """A plan and the one that took its place."""
    found = getattr(db, "two_plans", None)
    if found is None:
        found = (planned(db), plan_again(db, NOW + timedelta(minutes=1), "bin-2", "bin-3"))
        vars(db)["two_plans"] = found
    return found


def _after(db: Database, plan_id: str, batches: list[list[DriverEvent]]) -> dict[str, Any]:
    """All that anyone can see once these batches came in."""
    with db.write() as tx:
        for table in (driver_events, driver_days, emptyings, readings):
            tx.execute(delete(table))
    for batch in batches:
        if batch:
            report(db, *batch, now=NOW + timedelta(minutes=2))
    with db.read() as tx:
        seen = {
            table.name: {tuple(row) for row in tx.execute(select(table))}
            for table in (emptyings, readings)
        }
        columns = driver_events.c
        kept = select(columns.id, columns.off_route, columns.time)
        seen["events"] = {tuple(row) for row in tx.execute(kept)}
    today = replace(day(db), version="")  # counts what came, so it tells of its order
    return {**seen, "day": today, "progress": driving_progress(db, plan_id)}


def test_the_scene_has_a_plan_in_force_and_an_outdated_one(db: Database) -> None:
    old, new = _plans(db)
    assert day(db).plan_id == new
    (outcome,) = report(db, event(old, 1, visit_id="bin-1"), now=NOW + timedelta(minutes=2))
    assert (outcome.outdated, outcome.off_route) == (True, False)
    assert day(db).service_date == TUESDAY
