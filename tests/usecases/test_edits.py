"""Edits by hand: judged by the verifier, all or nothing, each under a version."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fake_planner import SETTINGS, FakePlanner, ask
from fake_planner import run as run_empty
from plan_scene import four_on_one, planned

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS, TRUCKS
from api.usecases.edits.draft import actions_of
from api.usecases.edits.editing import edit_plan
from api.usecases.edits.kinds import Add, Close, Edit, Exclude, Lock, Move, Pin
from api.usecases.errors import (
    Conflict,
    Invalid,
    PreconditionRequired,
    VersionMismatch,
    Violates,
)
from api.usecases.planning import run_plan
from api.usecases.plans import get_plan, plan_document, plan_problem
from api.usecases.publishing import publish_plan
from api.usecases.trail import plan_changes
from optimiser.domain.fleet import DailyLimits
from optimiser.domain.plan import Plan
from optimiser.planning import explain
from optimiser.verifier import verify
from small_city import NOW, TRUCK, a_bin, fill_city


def edit(db: Database, plan_id: str, *edits: Edit, expected: Any = "any") -> Plan:
    plan, version = edit_plan(db, plan_id, edits, expected=expected, by="k2", now=NOW)
    assert plan == plan_document(db, plan_id)
    assert verify(plan_problem(db, plan_id), plan) == ()
    assert get_plan(db, plan_id).version == version
    assert get_plan(db, plan_id).cost_eur == plan.cost.total_eur
    assert "unexplained" not in {each.code for each in plan.left}
    return plan


def orders(plan: Plan) -> dict[str, list[str]]:
    return {route.truck_id: [each.ref for each in actions_of(route)] for route in plan.routes}


def left(plan: Plan) -> list[str]:
    return [each.visit_id for each in plan.left]


def move(number: int, truck: int, position: int | None = None) -> Move:
    return Move(kind="move", visit_id=f"bin-{number}", truck_id=f"truck-{truck}", position=position)


def test_a_stop_moves_to_another_truck_which_then_unloads_too(db: Database) -> None:
    plan = edit(db, planned(db), move(2, 2))
    assert orders(plan) == {
        "truck-1": ["bin-1", "bin-3", "bin-4", "amager"],
        "truck-2": ["bin-2", "amager"],
    }


@pytest.mark.parametrize(
    ("position", "then"),
    [
        (0, ["bin-3", "bin-1", "bin-2", "bin-4", "amager"]),
        (1, ["bin-1", "bin-3", "bin-2", "bin-4", "amager"]),
        (3, ["bin-1", "bin-2", "bin-4", "bin-3", "amager"]),
        (99, ["bin-1", "bin-2", "bin-4", "bin-3", "amager"]),
    ],
)
def test_a_stop_moves_to_a_position_counted_in_stops(
    sqlite_db: Database, position: int, then: list[str]
) -> None:
    assert orders(edit(sqlite_db, planned(sqlite_db), move(3, 1, position))) == {"truck-1": then}


def test_a_truck_without_stops_stays_at_home_without_its_unloading(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    plan = edit(sqlite_db, plan_id, *(move(number, 2) for number in (1, 2, 3, 4)))
    assert set(orders(plan)) == {"truck-2"}
    assert orders(plan)["truck-2"].count("amager") == 1


def test_a_pinned_stop_goes_to_its_truck_and_the_problem_says_so(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    pin = Pin(kind="pin", visit_id="bin-3", truck_id="truck-2")
    assert orders(edit(sqlite_db, plan_id, pin))["truck-2"] == ["bin-3", "amager"]
    assert plan_problem(sqlite_db, plan_id).visit_by_id["bin-3"].pinned_truck_id == "truck-2"
    edit(sqlite_db, plan_id, replace(pin, truck_id=None), move(3, 1))
    assert plan_problem(sqlite_db, plan_id).visit_by_id["bin-3"].pinned_truck_id is None


def test_a_pinned_stop_cannot_be_moved_to_another_truck(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    edit(sqlite_db, plan_id, Pin(kind="pin", visit_id="bin-3", truck_id="truck-1"))
    with pytest.raises(Violates):
        edit(sqlite_db, plan_id, move(3, 2))


def test_the_first_stops_of_a_route_are_locked_and_unlocked(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    lock = Lock(kind="lock", truck_id="truck-1", stops=2)
    edit(sqlite_db, plan_id, lock)
    first = plan_problem(sqlite_db, plan_id).truck_by_id["truck-1"].first
    assert [each.ref for each in first] == ["bin-1", "bin-2"]
    edit(sqlite_db, plan_id, move(4, 1, 2))
    for broken in (move(1, 2), move(4, 1, 0), move(2, 1, 3)):
        with pytest.raises(Violates):
            edit(sqlite_db, plan_id, broken)
    edit(sqlite_db, plan_id, replace(lock, stops=0), move(1, 2))


def test_a_whole_route_is_locked_with_its_unloading(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    edit(sqlite_db, plan_id, Lock(kind="lock", truck_id="truck-1"))
    first = plan_problem(sqlite_db, plan_id).truck_by_id["truck-1"].first
    assert [each.ref for each in first] == ["bin-1", "bin-2", "bin-3", "bin-4", "amager"]


def test_a_stop_without_a_position_goes_behind_what_is_locked(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    edit(sqlite_db, plan_id, Lock(kind="lock", truck_id="truck-1", stops=4))
    plan = edit(sqlite_db, plan_id, Add(kind="add", bin_id="bin-5", truck_id="truck-1"))
    assert orders(plan)["truck-1"] == ["bin-1", "bin-2", "bin-3", "bin-4", "bin-5", "amager"]


def test_an_excluded_bin_is_gone_and_can_be_added_again(db: Database) -> None:
    plan_id = planned(db)
    gone = edit(db, plan_id, Exclude(kind="exclude", visit_id="bin-2"))
    assert orders(gone) == {"truck-1": ["bin-1", "bin-3", "bin-4", "amager"]}
    assert left(gone) == ["bin-5"]
    back = edit(db, plan_id, Add(kind="add", bin_id="bin-2"))
    assert sorted(orders(back)["truck-1"]) == ["amager", "bin-1", "bin-2", "bin-3", "bin-4"]
    assert plan_problem(db, plan_id).visit_by_id["bin-2"].required


def test_a_bin_that_was_left_or_is_new_is_added_where_it_costs_least(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    plan = edit(sqlite_db, plan_id, Add(kind="add", bin_id="bin-5"))
    assert "bin-5" in orders(plan)["truck-1"]
    assert left(plan) == []
    catalogue.put(sqlite_db, BINS, a_bin(6), now=NOW)
    at_once = Add(kind="add", bin_id="bin-6", truck_id="truck-1", position=0)
    assert orders(edit(sqlite_db, plan_id, at_once))["truck-1"][0] == "bin-6"


def test_the_stops_of_a_closed_truck_go_to_the_others(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    plan = edit(sqlite_db, plan_id, Add(kind="add", bin_id="bin-5"), move(5, 2))
    assert set(orders(plan)) == {"truck-1", "truck-2"}
    after = edit(sqlite_db, plan_id, Close(kind="close", truck_id="truck-2"))
    assert sorted(orders(after)["truck-1"])[1:] == [f"bin-{number}" for number in range(1, 6)]
    assert set(plan_problem(sqlite_db, plan_id).truck_by_id) == {"truck-1"}


def test_stops_that_fit_nowhere_when_a_truck_closes_are_left_with_their_reason(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db)
    for number in (1, 2, 3, 4):
        edit(
            sqlite_db,
            plan_id,
            Exclude(kind="exclude", visit_id=f"bin-{number}"),
            Add(kind="add", bin_id=f"bin-{number}", truck_id="truck-1"),
        )
    small = {"limits": DailyLimits(stops=1)}
    with_small = replace(
        plan_problem(sqlite_db, plan_id),
        trucks=(replace(TRUCK, id="truck-1"), replace(TRUCK, id="truck-2", **small)),
    )
    with sqlite_db.write() as tx:
        from api.store import plans as rows

        rows.write_problem(tx, plan_id, with_small)
    plan = edit(sqlite_db, plan_id, Close(kind="close", truck_id="truck-1"))
    assert len(orders(plan)["truck-2"]) == 2
    codes = {each.visit_id: each.code for each in plan.left}
    assert len(codes) == 4
    assert {codes[each] for each in codes if each != "bin-5"} == {"daily_limit"}


def test_an_edit_that_breaks_rules_names_every_one_and_changes_nothing(db: Database) -> None:
    fill_city(db, bins=0, trucks=1)
    tiny = replace(
        TRUCK, id="truck-2", limits=DailyLimits(stops=0, distance_m=1), abilities=frozenset()
    )
    catalogue.put(db, TRUCKS, tiny, now=NOW)
    for number in range(1, 5):
        catalogue.put(db, BINS, a_bin(number), now=NOW)
    asked = ask(db)
    run_plan(db, asked.id, settings=SETTINGS, clock=lambda: NOW, planner=four_on_one)
    before, problem = plan_document(db, asked.id), plan_problem(db, asked.id)
    with pytest.raises(Violates) as caught:
        edit(db, asked.id, move(1, 1, 2), move(2, 2))
    assert {each.code for each in caught.value.violations} == {"limit_stops", "limit_distance"}
    assert {each.truck_id for each in caught.value.violations} == {"truck-2"}
    assert (plan_document(db, asked.id), plan_problem(db, asked.id)) == (before, problem)
    assert get_plan(db, asked.id).version == 1
    assert [each.kind for each in plan_changes(db, asked.id)] == ["queued", "started", "done"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (move(9, 1), "edits[1].visit_id"),
        (move(5, 1), "edits[1].visit_id"),
        (move(2, 9), "edits[1].truck_id"),
        (Pin(kind="pin", visit_id="bin-9", truck_id="truck-1"), "edits[1].visit_id"),
        (Pin(kind="pin", visit_id="bin-1", truck_id="truck-9"), "edits[1].truck_id"),
        (Lock(kind="lock", truck_id="truck-9"), "edits[1].truck_id"),
        (Lock(kind="lock", truck_id="truck-2"), "edits[1].truck_id"),
        (Lock(kind="lock", truck_id="truck-1", stops=5), "edits[1].stops"),
        (Exclude(kind="exclude", visit_id="bin-9"), "edits[1].visit_id"),
        (Exclude(kind="exclude", visit_id="bin-1"), "edits[1].visit_id"),
        (Pin(kind="pin", visit_id="bin-1", truck_id="truck-2"), "edits[1].visit_id"),
        (Add(kind="add", bin_id="bin-9"), "edits[1].bin_id"),
        (Add(kind="add", bin_id="bin-1"), "edits[1].bin_id"),
        (Add(kind="add", bin_id="bin-5", truck_id="truck-9"), "edits[1].truck_id"),
        (Add(kind="add", bin_id="bin-5", position=0), "edits[1].position"),
        (Close(kind="close", truck_id="truck-9"), "edits[1].truck_id"),
    ],
)
def test_an_edit_that_names_what_is_not_there_is_told_with_its_field(
    sqlite_db: Database, wrong: Edit, field: str
) -> None:
    plan_id = planned(sqlite_db)
    with pytest.raises(Invalid) as caught:
        edit(sqlite_db, plan_id, Lock(kind="lock", truck_id="truck-1", stops=1), wrong)
    assert [each.field for each in caught.value.problems] == [field]
    assert get_plan(sqlite_db, plan_id).version == 1


def test_the_only_truck_cannot_be_closed(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db, trucks=1)
    with pytest.raises(Invalid, match="only truck"):
        edit(sqlite_db, plan_id, Close(kind="close", truck_id="truck-1"))


def test_of_two_who_edit_one_version_the_second_is_told_the_new_one(db: Database) -> None:
    plan_id = planned(db)
    edit(db, plan_id, move(1, 1, 1), expected=1)
    with pytest.raises(VersionMismatch) as stale:
        edit(db, plan_id, move(1, 1, 2), expected=1)
    assert stale.value.current == 2
    with pytest.raises(PreconditionRequired):
        edit(db, plan_id, move(1, 1, 2), expected=None)


def test_a_published_plan_is_edited_in_place_and_the_record_says_by_whom(db: Database) -> None:
    plan_id = planned(db)
    publish_plan(db, plan_id, expected=1, by="k1", now=NOW)
    edit_plan(db, plan_id, [move(1, 1, 2)], expected=2, by="k7", now=NOW + timedelta(minutes=1))
    assert get_plan(db, plan_id).status == "published"
    last = plan_changes(db, plan_id)[-1]
    assert (last.kind, last.by, last.version) == ("edited", "k7", 3)
    assert last.detail == {
        "edits": [{"kind": "move", "visit_id": "bin-1", "truck_id": "truck-1", "position": 2}]
    }


def test_a_plan_without_routes_or_bins_is_not_edited(sqlite_db: Database) -> None:
    fill_city(sqlite_db, bins=0)
    queued = ask(sqlite_db)
    empty = run_empty(sqlite_db, ask(sqlite_db, NOW + timedelta(1)).id, FakePlanner())
    for each in (queued, empty):
        with pytest.raises(Conflict) as caught:
            edit(sqlite_db, each.id, move(1, 1))
        assert caught.value.code == "plan_not_done"


def test_reasons_of_bins_left_stay_only_while_their_trucks_do_the_same(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db, bins=12)
    before = plan_document(sqlite_db, plan_id)
    assert {each.trucks for each in before.left} == {("truck-1",)}
    other = edit(sqlite_db, plan_id, Add(kind="add", bin_id="bin-5", truck_id="truck-2"))
    assert other.left == tuple(each for each in before.left if each.visit_id != "bin-5")
    same = edit(sqlite_db, plan_id, move(1, 1, 2))
    assert same.left == explain(plan_problem(sqlite_db, plan_id), same).left
    assert same.left != other.left
