"""The portfolio, with engines that do as a test says."""

from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.search import Found, PlanningFailed, search
from optimiser.search.portfolio import LEADER, UNDERSTUDIES
from optimiser.solvers import SolverFailed, Stop
from optimiser.travel import travel_matrix
from tiny import a_problem, a_visit, order

PROBLEM = a_problem(a_visit("A", 2), a_visit("B", 3))
GOOD, HALF, BROKEN = order("A", "B", "S"), order("A", "S"), order("A", "B")
FAST, SURE = UNDERSTUDIES
Take = Callable[[Solution], None]
Lane = Callable[[Take, dict[str, Any]], None]


def offers(*solutions: Solution) -> Lane:
    return lambda take, _: [take(each) for each in solutions] and None


def fails(code: str, *before: Solution) -> Lane:
    def lane(take: Take, asked: dict[str, Any]) -> None:
        offers(*before)(take, asked)
        raise SolverFailed(code, "it broke")

    return lane


def silent_until_cancelled(take: Take, asked: dict[str, Any]) -> None:
    while not asked["cancelled"]():
        sleep(0.01)


class Engines:
    """Engines that do as they are told; `asked` is what each was asked, in order."""

    def __init__(self, **lanes: Lane) -> None:
        self._lanes = {name.replace("_", "-"): lane for name, lane in lanes.items()}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def solve(self, engine: str, problem: Problem, stop: Stop, **options: Any) -> None:
        self.asked.append((engine, {**options, "stop": stop}))
        self._lanes[engine](options["on_solution"], options)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.asked]

    def found(self, stop: Stop | None = None, cancelled: Callable[[], bool] | None = None) -> Found:
        return search(
            PROBLEM,
            travel_matrix(PROBLEM),
            stop or Stop(solutions=1),
            seed=5,
            on_progress=None,
            cancelled=cancelled,
            memory_mb=1000,
            solve=self.solve,
        )


def test_the_leader_alone_searches_where_it_has_a_plan() -> None:
    engines = Engines(ruin=offers(HALF, GOOD))
    assert engines.found().plan.totals.stops == 2
    assert engines.names == [LEADER]


@pytest.mark.parametrize("code", ["solver_crashed", "solver_stuck", "solver_nonsense"])
@pytest.mark.parametrize("stop", [Stop(solutions=1), Stop(seconds=5.0)])
def test_understudies_stand_in_for_a_leader_that_fails(code: str, stop: Stop) -> None:
    engines = Engines(ruin=fails(code), pyvrp=offers(HALF), ortools_worst=offers(GOOD))
    assert engines.found(stop).plan.totals.stops == 2
    assert sorted(engines.names) == sorted([LEADER, FAST, SURE])


def test_what_a_leader_found_before_it_failed_is_where_others_begin() -> None:
    engines = Engines(
        ruin=fails("solver_crashed", GOOD), pyvrp=offers(HALF), ortools_worst=offers()
    )
    assert engines.found().plan.totals.stops == 2
    assert [asked["warm_start"] for _, asked in engines.asked] == [None, GOOD, GOOD]


def test_understudies_stand_in_for_a_leader_whose_plans_break_rules() -> None:
    engines = Engines(ruin=offers(BROKEN), pyvrp=offers(HALF), ortools_worst=offers(GOOD))
    assert engines.found().plan.totals.stops == 2


def test_beside_a_leader_that_is_silent_an_understudy_searches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimiser.search.portfolio.PATIENCE_S", 0.05)
    engines = Engines(ruin=silent_until_cancelled, pyvrp=offers(GOOD))
    assert engines.found(Stop(seconds=0.5)).engine == FAST


def test_the_understudy_ends_as_soon_as_the_leader_has_a_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimiser.search.portfolio.PATIENCE_S", 0.05)

    def slow(take: Take, _: dict[str, Any]) -> None:
        sleep(0.3)
        take(GOOD)

    engines = Engines(ruin=slow, pyvrp=silent_until_cancelled)
    assert engines.found(Stop(seconds=30.0)).engine == LEADER


def test_after_a_cancel_nothing_more_is_begun() -> None:
    engines = Engines(ruin=offers(HALF))
    assert engines.found(cancelled=lambda: bool(engines.asked)).plan.totals.stops == 1
    assert engines.names == [LEADER]


@pytest.mark.parametrize(
    ("lanes", "code"),
    [
        ((fails("solver_crashed"), offers(), fails("solver_stuck")), "solver_crashed"),
        ((offers(), offers(), fails("solver_stuck")), "solver_stuck"),
        ((offers(BROKEN), offers(), fails("solver_stuck", BROKEN)), "solver_stuck"),
        ((offers(BROKEN), offers(), offers()), "unverified"),
        ((offers(), offers(), offers()), "no_solution"),
    ],
)
def test_a_search_with_nothing_to_show_says_what_stood_in_the_way(
    lanes: tuple[Lane, Lane, Lane], code: str
) -> None:
    leader, fast, sure = lanes
    with pytest.raises(PlanningFailed) as caught:
        Engines(ruin=leader, pyvrp=fast, ortools_worst=sure).found()
    assert caught.value.code == code


def test_an_error_of_our_own_is_not_swallowed() -> None:
    with pytest.raises(KeyError):
        Engines(ruin=offers(order("A", "unknown"))).found()


def test_the_leader_has_all_the_memory_and_understudies_share_it() -> None:
    engines = Engines(ruin=offers(), pyvrp=offers(GOOD), ortools_worst=offers())
    engines.found()
    assert {name: asked["memory_mb"] for name, asked in engines.asked} == {
        LEADER: 1000, FAST: 500, SURE: 500,
    }  # fmt: skip
