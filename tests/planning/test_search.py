"""Two lanes of search, with engines that do as a test says."""

from collections.abc import Callable
from typing import Any

import pytest

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.search import LANES, Found, PlanningFailed, search
from optimiser.solvers import SolverFailed, Stop
from optimiser.travel import travel_matrix
from tiny import a_problem, a_visit, order

PROBLEM = a_problem(a_visit("A", 2), a_visit("B", 3))
GOOD, HALF, BROKEN = order("A", "B", "S"), order("A", "S"), order("A", "B")
Lane = Callable[[Callable[[Solution], None]], None]


def offers(*solutions: Solution) -> Lane:
    return lambda take: [take(each) for each in solutions] and None


def fails(code: str, *before: Solution) -> Lane:
    def lane(take: Callable[[Solution], None]) -> None:
        offers(*before)(take)
        raise SolverFailed(code, "it broke")

    return lane


def found(*lanes: Lane, asked: list[dict[str, Any]] | None = None) -> Found:
    by_engine = dict(zip(LANES, lanes, strict=True))

    def solve(engine: str, problem: Problem, stop: Stop, **options: Any) -> None:
        if asked is not None:
            asked.append(options)
        by_engine[engine](options["on_solution"])

    return search(
        PROBLEM,
        travel_matrix(PROBLEM),
        Stop(solutions=1),
        seed=5,
        on_progress=None,
        cancelled=None,
        memory_mb=1000,
        solve=solve,
    )


@pytest.mark.parametrize("lanes", [(offers(HALF), offers(GOOD)), (offers(GOOD), offers(HALF))])
def test_the_better_lane_wins(lanes: tuple[Lane, Lane]) -> None:
    assert found(*lanes).plan.totals.stops == 2


@pytest.mark.parametrize(
    "lanes",
    [
        (fails("solver_crashed"), offers(GOOD)),
        (offers(GOOD), fails("solver_crashed")),
        (fails("solver_stuck", GOOD), fails("solver_crashed")),
        (fails("solver_stuck", GOOD), offers(BROKEN)),
    ],
)
def test_a_lane_that_fails_takes_nothing_from_what_was_found(lanes: tuple[Lane, Lane]) -> None:
    assert found(*lanes).plan.totals.stops == 2


@pytest.mark.parametrize(
    ("lanes", "code"),
    [
        ((fails("solver_crashed"), fails("solver_stuck")), "solver_crashed"),
        ((offers(), fails("solver_stuck")), "solver_stuck"),
        ((offers(BROKEN), fails("solver_stuck", BROKEN)), "solver_stuck"),
        ((offers(BROKEN), offers()), "unverified"),
        ((offers(), offers()), "no_solution"),
    ],
)
def test_a_search_with_nothing_to_show_says_what_stood_in_the_way(
    lanes: tuple[Lane, Lane], code: str
) -> None:
    with pytest.raises(PlanningFailed) as caught:
        found(*lanes)
    assert caught.value.code == code


def test_an_error_of_our_own_is_not_swallowed() -> None:
    with pytest.raises(KeyError):
        found(offers(GOOD), offers(order("A", "unknown")))


def test_lanes_share_the_memory_and_have_seeds_of_their_own() -> None:
    asked: list[dict[str, Any]] = []
    found(offers(GOOD), offers(), asked=asked)
    assert [each["memory_mb"] for each in asked] == [500, 500]
    assert sorted(each["seed"] for each in asked) == [5, 6]
