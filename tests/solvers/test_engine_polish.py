"""The finisher improves the routes it is given and no others; engines mend a wrong start."""

from functools import partial

from solver_instances import first, out, truck

from optimiser.domain.fleet import OnBoard
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.solvers import Stop, make_engine, polisher
from optimiser.solvers.ortools_engine.polish import Polisher
from optimiser.solvers.runner import solve_with
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit


def a_street(**changes: object) -> Problem:
    visits = [a_visit(f"v{km}", km) for km in (1, 2, 3, 4, 6, 7, 8, 9)]
    trucks = tuple(truck(id=ident) for ident in ("T1", "T2", "T3"))
    return a_problem(*visits, **{"trucks": trucks, **changes})


def orders(**refs: str) -> Solution:
    """Orders by truck: numbers are visits, S is the site."""
    return Solution(
        tuple(
            TruckOrder(
                truck_id,
                tuple(
                    Action("unload", "S") if ref == "S" else Action("visit", f"v{ref}")
                    for ref in text.split()
                ),
            )
            for truck_id, text in refs.items()
        )
    )


CROSSED = orders(T1="3 1 9 S", T2="2 8 4 S", T3="7 6 S")


def polish(problem: Problem, start: Solution, *trucks: str) -> Solution:
    return Polisher(trucks).solve(
        problem, travel_matrix(problem), Stop(solutions=300), seed=1, warm_start=start,
        on_solution=lambda _: None,
    )  # fmt: skip


def cost(problem: Problem, solution: Solution) -> float:
    plan = build_plan(problem, travel_matrix(problem), solution)
    assert verify(problem, plan) == ()
    return plan.cost.total_eur


def test_the_routes_asked_for_get_better_and_the_others_stay_as_they_are() -> None:
    problem = a_street()
    found = polish(problem, CROSSED, "T1", "T2")
    assert cost(problem, found) < cost(problem, CROSSED) - 5
    assert found.orders[-1] == CROSSED.orders[-1]
    assert {a.ref for o in found.orders for a in o.actions} == {
        a.ref for o in CROSSED.orders for a in o.actions
    }


def test_a_left_stop_joins_the_routes_that_are_polished() -> None:
    problem = a_street()
    found = polish(problem, orders(T1="3 1 9 S", T3="7 6 S"), "T1")
    done = {a.ref for o in found.orders if o.truck_id == "T1" for a in o.actions}
    assert done == {"v1", "v2", "v3", "v4", "v8", "v9", "S"}


def test_what_comes_first_and_what_is_pinned_stay_where_they_are() -> None:
    visits = [
        a_visit("v1", 1), a_visit("v2", 2, pinned_truck_id="T1"), a_visit("v3", 3), a_visit("v4", 4)
    ]  # fmt: skip
    trucks = (truck(id="T1"), truck(id="T2", first=first("v4", "v1")))
    problem = a_problem(*visits, trucks=trucks)
    found = polish(problem, orders(T1="2 S", T2="4 1 3 S"), "T1", "T2")
    by_truck = {o.truck_id: [a.ref for a in o.actions] for o in found.orders}
    assert by_truck["T2"][:2] == ["v4", "v1"]
    assert "v2" in by_truck["T1"]
    assert cost(problem, found) <= cost(problem, orders(T1="2 S", T2="4 1 3 S"))


def test_without_a_start_and_with_unknown_trucks_the_answer_still_keeps_every_rule() -> None:
    under_way = truck(id="T2", present=out(3, OnBoard(mass_kg=5)))
    problem = a_street(trucks=(truck(id="T1"), under_way))
    found = polish(problem, Solution(), "nobody")
    assert [each.truck_id for each in found.orders] == ["T2"]
    assert cost(problem, found) > 0


def test_it_runs_in_a_process_of_its_own() -> None:
    problem = a_street()
    found = solve_with(
        partial(polisher, ("T1", "T2")), problem, Stop(solutions=50), seed=1, warm_start=CROSSED,
        on_solution=lambda _: None, cancelled=lambda: False, memory_mb=2000,
    )  # fmt: skip
    assert found is not None
    assert cost(problem, found) < cost(problem, CROSSED)


def test_a_start_that_breaks_a_rule_is_mended_by_every_engine() -> None:
    problem = a_street(trucks=(truck(id="T1", first=first("v9")), truck(id="T2")))
    wrong = orders(T1="1 2 3", T2="9 8 7 S")
    for engine in ("ortools", "pyvrp", "polish"):
        made = Polisher(("T1",)) if engine == "polish" else make_engine(engine)
        seen: list[Solution] = []
        made.solve(
            problem, travel_matrix(problem), Stop(solutions=1), seed=1, warm_start=wrong,
            on_solution=seen.append,
        )  # fmt: skip
        for each in seen:
            cost(problem, each)
        assert seen[-1].orders[0].actions[0].ref == "v9"


def test_a_truck_that_is_late_whatever_it_does_spoils_no_others_route() -> None:
    late = truck(id="T1", present=out(40, clock="13:50"))
    problem = a_street(trucks=(late, truck(id="T2")))
    for engine in ("ortools", "pyvrp"):
        found = make_engine(engine).solve(
            problem, travel_matrix(problem), Stop(solutions=200), seed=1, warm_start=None,
            on_solution=lambda _: None,
        )  # fmt: skip
        done = {o.truck_id: len(o.actions) for o in found.orders}
        assert done == {"T1": 0, "T2": 9}
