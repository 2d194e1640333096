"""The search by ruin and recreate knows what its routes cost."""

from dataclasses import replace

import pytest

from fixtures.busy_day import busy_day
from optimiser.domain.problem import Problem
from optimiser.solvers.build import build_index
from optimiser.solvers.judge import Best, Judge
from optimiser.solvers.protocol import Stop
from optimiser.solvers.ruin_engine.routes import read_tours
from optimiser.solvers.ruin_engine.search import Search
from optimiser.solvers.tours import solution_of
from optimiser.travel import travel_matrix

CLOSE = 0.02
"""The search may count on a later departure in lighter traffic that the schedule, which is home
first, does not take; found: 0.7 %."""


def searched(problem: Problem, crews: int, rounds: int = 600) -> Search:
    model = build_index(problem, travel_matrix(problem), "mean")
    search = Search(model, Best(model, lambda _: None), 1, crews)
    search.start(None)
    search.run(Stop(solutions=rounds), 0.0)
    return search


def short_days(problem: Problem) -> Problem:
    """Days so short that routes filled without looking at them are too long."""
    limits = replace(problem.trucks[0].limits, duration_s=4 * 3600)
    return replace(problem, trucks=tuple(replace(truck, limits=limits) for truck in problem.trucks))


@pytest.mark.parametrize("crews", [1, 2])
@pytest.mark.parametrize("short", [False, True])
def test_what_the_search_counts_is_what_the_schedule_finds(crews: int, short: bool) -> None:
    problem = busy_day(1, 150)
    search = searched(short_days(problem) if short else problem, crews)
    found = solution_of(search.model, read_tours(search.model, search.best.state))
    judged = Judge(search.model.problem, search.model.travel).worth(found)
    assert int(search.best.left[0]) == judged.required_left
    assert float(search.best.money[0]) / 1e6 == pytest.approx(judged.cost_eur, rel=CLOSE)


@pytest.mark.parametrize("crews", [1, 2])
def test_the_same_seed_and_rounds_give_the_same_routes(crews: int) -> None:
    problem = busy_day(1, 150)
    first, second = (searched(problem, crews) for _ in range(2))
    assert read_tours(first.model, first.best.state) == read_tours(second.model, second.best.state)
