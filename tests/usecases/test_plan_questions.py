"""Questions about plans: any plan judged, who could take a bin, two plans compared."""

from dataclasses import replace

import pytest
from fake_planner import ask
from plan_scene import planned, planned_again

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import BINS, TRUCKS
from api.usecases.comparing import compare_plans, compared
from api.usecases.edits.editing import edit_plan
from api.usecases.edits.kinds import Add, Edit, Exclude, Move
from api.usecases.errors import Conflict, Invalid, NotFound
from api.usecases.evaluating import Evaluation, evaluate
from api.usecases.plans import plan_document
from api.usecases.recommending import recommend
from optimiser.domain.fleet import DailyLimits
from optimiser.domain.plan import Plan
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import judge
from small_city import NOW, TRUCK, a_bin
from tiny import a_problem, a_truck, a_visit

STREET = a_problem(a_visit("V1", 1), a_visit("V2", 2, required=False, prize_eur=5.0))
GOOD = (Action("visit", "V1"), Action("unload", "S"))


def edit(db: Database, plan_id: str, *edits: Edit) -> Plan:
    return edit_plan(db, plan_id, edits, expected="any", by="k", now=NOW)[0]


def test_a_good_plan_is_valid_and_comes_back_as_it_was() -> None:
    plan, _ = judge(STREET, Solution((TruckOrder("T", GOOD),)))
    verdict = evaluate(Evaluation(problem=STREET, plan=plan))
    assert (verdict.valid, verdict.violations, verdict.plan) == (True, (), plan)


def test_every_violation_of_a_bad_plan_is_named() -> None:
    plan, _ = judge(STREET, Solution((TruckOrder("T", GOOD),)))
    bad = replace(plan, left=(), routes=(replace(plan.routes[0], distance_m=1, stops=9),))
    verdict = evaluate(Evaluation(problem=STREET, plan=bad))
    assert not verdict.valid
    assert {"visit_missing", "route_total"} <= {each.code for each in verdict.violations}


def test_orders_are_scheduled_and_the_bins_left_explained() -> None:
    verdict = evaluate(Evaluation(problem=STREET, orders=(TruckOrder("T", GOOD),)))
    assert verdict.valid
    assert [each.ref for each in verdict.plan.routes[0].steps] == ["D", "V1", "S", "D"]
    assert [(each.visit_id, each.code) for each in verdict.plan.left] == [("V2", "not_worth_it")]


def test_orders_that_cannot_be_kept_are_scheduled_all_the_same_and_judged() -> None:
    actions = (Action("unload", "S"), Action("visit", "V1"), Action("visit", "V1"))
    twice = TruckOrder("T", actions)
    verdict = evaluate(Evaluation(problem=STREET, orders=(twice, twice)))
    codes = {each.code for each in verdict.violations}
    assert {"not_empty", "visit_twice", "truck_twice"} <= codes


def test_orders_with_unknown_ids_are_refused_and_each_is_named() -> None:
    order = TruckOrder("X", (Action("visit", "S"), Action("unload", "S"), Action("unload", "V1")))
    with pytest.raises(Invalid) as caught:
        evaluate(Evaluation(problem=STREET, orders=(order,)))
    assert [each.field for each in caught.value.problems] == [
        "orders[0].truck_id",
        "orders[0].actions[0].ref",
        "orders[0].actions[2].ref",
    ]


def test_an_evaluation_is_of_a_plan_or_of_orders() -> None:
    plan, _ = judge(STREET, Solution())
    for given in ({}, {"plan": plan, "orders": ()}):
        with pytest.raises(ValueError, match="one of the two"):
            Evaluation(problem=STREET, **given)  # type: ignore[arg-type]


def test_a_bin_is_recommended_to_the_truck_where_it_costs_least(db: Database) -> None:
    plan_id = planned(db)
    before = plan_document(db, plan_id)
    found = recommend(db, plan_id, "bin-5", now=NOW)
    assert [each.truck_id for each in found.options] == ["truck-1", "truck-2"]
    assert (found.truck_id, found.code) == (None, None)
    assert all(each.fits and each.violations == () for each in found.options)
    best = found.options[0]
    add = Add(kind="add", bin_id="bin-5", truck_id="truck-1", position=best.position)
    after = edit(db, plan_id, add)
    (old,), (new,) = before.routes, after.routes
    assert best.extra_eur == pytest.approx(new.cost.total_eur - old.cost.total_eur, abs=1e-3)
    assert best.extra_distance_m == new.distance_m - old.distance_m
    assert best.extra_duration_s == new.duration_s - old.duration_s
    assert best.extra_co2e_g == pytest.approx(new.co2e_g - old.co2e_g, abs=1e-3)
    assert best.begin == next(each.begin for each in new.steps if each.ref == "bin-5")


def test_a_stop_that_has_a_truck_is_compared_with_the_plan_without_it(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db)
    found = recommend(sqlite_db, plan_id, "bin-2", now=NOW)
    assert found.truck_id == "truck-1"
    own, other = found.options
    assert (own.truck_id, own.position) == ("truck-1", 1)
    assert own.extra_eur is not None
    assert other.extra_eur is not None
    assert own.extra_eur < other.extra_eur
    assert other.extra_distance_m == sum(
        each.distance_m
        for route in edit(
            sqlite_db,
            plan_id,
            Move(kind="move", visit_id="bin-2", truck_id="truck-2"),
        ).routes
        if route.truck_id == "truck-2"
        for each in route.steps
    )


def test_a_truck_that_cannot_take_it_says_why(sqlite_db: Database) -> None:
    planned(sqlite_db)
    tight = replace(TRUCK, id="truck-2", limits=DailyLimits(stops=4))
    catalogue.put(sqlite_db, TRUCKS, tight, expected="any", now=NOW)
    catalogue.put(
        sqlite_db,
        TRUCKS,
        replace(TRUCK, id="truck-1", limits=DailyLimits(stops=4)),
        expected="any",
        now=NOW,
    )
    found = recommend(sqlite_db, planned_again(sqlite_db), "bin-5", now=NOW)
    assert [(each.truck_id, each.fits, each.code) for each in found.options] == [
        ("truck-2", True, None),
        ("truck-1", False, "daily_limit"),
    ]
    assert found.options[1].detail


def test_a_bin_that_no_truck_can_have_says_why(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    catalogue.put(sqlite_db, BINS, a_bin(9, fraction="glass"), now=NOW)
    found = recommend(sqlite_db, plan_id, "bin-9", now=NOW)
    assert (found.options, found.code) == ((), "no_truck_for_fraction")
    assert found.detail
    assert found.suggestion


def test_a_bin_is_recommended_only_for_plans_and_bins_that_are_there(
    sqlite_db: Database,
) -> None:
    plan_id = planned(sqlite_db)
    for given in (("none", "bin-1"), (plan_id, "bin-99")):
        with pytest.raises(NotFound):
            recommend(sqlite_db, *given, now=NOW)
    with pytest.raises(Conflict):
        recommend(sqlite_db, ask(sqlite_db).id, "bin-1", now=NOW)


def test_a_comparison_names_stops_added_dropped_and_moved(db: Database) -> None:
    a, b = planned(db), planned_again(db)
    edit(
        db,
        b,
        Exclude(kind="exclude", visit_id="bin-1"),
        Move(kind="move", visit_id="bin-2", truck_id="truck-2"),
        Add(kind="add", bin_id="bin-5", truck_id="truck-2"),
    )
    found = compare_plans(db, a, b)
    assert [each.visit_id for each in found.dropped] == ["bin-1"]
    assert [(each.visit_id, each.to_truck_id) for each in found.added] == [("bin-5", "truck-2")]
    assert [(each.from_truck_id, each.to_truck_id) for each in found.moved] == [
        ("truck-1", "truck-2")
    ]
    assert found.same == 2
    before, after = plan_document(db, a), plan_document(db, b)
    money = found.cost["total_eur"]
    assert (money.a, money.b) == (before.cost.total_eur, after.cost.total_eur)
    assert money.change == pytest.approx(money.b - money.a, abs=1e-4)
    assert found.totals["trucks"].change == 1
    assert found.totals["distance_m"].change == after.totals.distance_m - before.totals.distance_m


def test_a_plan_compared_with_itself_has_no_difference_and_backwards_all_turn_round() -> None:
    problem = a_problem(a_visit("V1", 1), a_visit("V2", 2), trucks=(a_truck(), a_truck(id="U")))
    plan, _ = judge(problem, Solution((TruckOrder("T", GOOD),)))
    other, _ = judge(problem, Solution((TruckOrder("U", GOOD),)))
    same = compared("a", plan, "a", plan)
    assert (same.added, same.dropped, same.moved, same.same) == ((), (), (), 1)
    assert {each.change for each in (*same.cost.values(), *same.totals.values())} == {0}
    there, back = compared("a", plan, "b", other), compared("b", other, "a", plan)
    assert there.moved[0].from_truck_id == back.moved[0].to_truck_id == "T"
    assert {n: -each.change for n, each in there.cost.items()} == {
        n: each.change for n, each in back.cost.items()
    }


def test_only_plans_with_routes_are_compared(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    with pytest.raises(NotFound):
        compare_plans(sqlite_db, plan_id, "none")
    with pytest.raises(Conflict):
        compare_plans(sqlite_db, plan_id, ask(sqlite_db).id)
