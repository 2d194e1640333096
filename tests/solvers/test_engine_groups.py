"""Large problems are searched in groups of neighbouring routes."""

from solver_instances import truck

from optimiser.domain.problem import Problem
from optimiser.schedule import build_plan
from optimiser.solvers import Stop
from optimiser.solvers.build import build_index
from optimiser.solvers.ortools_engine.engine import OrToolsEngine
from optimiser.solvers.ortools_engine.groups import group_around, part, stops_of_routes
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit


def a_street(*, optional: int = 0) -> Problem:
    """24 visits on both sides of the depot, six to a truck."""
    kms = [*range(-12, 0), *range(1, 13)]
    visits = [
        a_visit(f"v{n}", km, required=n >= optional, prize_eur=5 if n < optional else 0)
        for n, km in enumerate(kms)
    ]
    return a_problem(*visits, trucks=tuple(truck(id=f"T{n}") for n in range(4)))


def solve(problem: Problem, group_stops: int, solutions: int = 600, seed: int = 3) -> float:
    travel = travel_matrix(problem)
    found = OrToolsEngine(group_stops=group_stops).solve(
        problem, travel, Stop(solutions=solutions), seed=seed, warm_start=None,
        on_solution=lambda _: None,
    )  # fmt: skip
    plan = build_plan(problem, travel, found)
    assert verify(problem, plan) == ()
    assert not any(left.required for left in plan.left)
    return plan.cost.total_eur


def test_groups_come_close_to_searching_all_at_once() -> None:
    problem = a_street(optional=5)
    assert solve(problem, group_stops=6) <= 1.1 * solve(problem, group_stops=100)


def test_the_same_seed_gives_the_same_answer_in_groups_too() -> None:
    problem = a_street()
    assert solve(problem, 6, solutions=200) == solve(problem, 6, solutions=200)


def test_a_group_has_neighbouring_routes_and_the_left_stops_near_them() -> None:
    problem = a_street(optional=5)
    travel = travel_matrix(problem)
    found = OrToolsEngine().solve(
        problem, travel, Stop(solutions=1), seed=1, warm_start=None, on_solution=lambda _: None
    )
    model = build_index(problem, travel, "mean")
    routes = stops_of_routes(model, found)
    seed = min(routes)
    group = group_around(model, found, seed, 6)
    assert seed in group.trucks
    assert set(routes[seed]) <= set(group.stops)
    assert len(group.stops) == len(set(group.stops))
    own = part(model, group)
    assert [truck.id for truck in own.trucks] == [model.trucks[t].id for t in group.trucks]
    assert {v for s in own.stops for v in s.visits} == {
        v for position in group.stops for v in model.stops[position].visits
    }
