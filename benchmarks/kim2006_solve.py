"""Solves an instance of the 2006 set with two searches side by side and keeps the better one.

PyVRP searches for the fewest miles with the published number of trucks; OR-Tools, with one truck
more, for the fewest trucks. Where PyVRP has not served every stop after a part of the time,
OR-Tools takes its place: with the published trucks, from the other's routes less the shortest
one if the other has served all, else with trucks to spare.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import monotonic

from benchmarks.kim2006 import Instance, to_problem, truck_id
from benchmarks.kim2006_check import check_routes
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.schedule import build_plan
from optimiser.solvers import SolverFailed, Stop, solve_in_process
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

MEMORY_MB = 4000
CLOSING_S = 3.0
"""Kept back from the time limit for starting the processes and checking their answers."""

EARLY, LATE = 0.2, 0.4
"""After these parts of the time a search that has not served all begins again: early if the
other search has served all, late in any case."""


@dataclass(frozen=True)
class Outcome:
    """The answer to an instance, as it is written, and what was found wrong with it."""

    instance: str
    vehicles: int
    miles: float
    seconds: float
    routes: list[list[str]]
    faults: tuple[str, ...]

    def rank(self, published: int) -> tuple[int, int, float]:
        """Fewer faults, fewer vehicles above the published number, fewer miles."""
        return len(self.faults), max(self.vehicles, published), self.miles


@dataclass
class Race:
    """Two searches of one instance, and the newest solution of each."""

    instance: Instance
    early: float
    late: float
    deadline: float
    newest: list[Solution] = field(default_factory=lambda: [Solution(), Solution()])

    def first(self, trucks: int, spare: int) -> Outcome:
        """PyVRP with the published trucks; OR-Tools after it if it has not served all."""
        problem = to_problem(self.instance, trucks, truck_eur=0.0)
        first = self._search(0, "pyvrp", problem, None, self._first_gives_up)
        if self._left(0) == 0:
            return first
        start = None if self._left(1) else without_shortest(self.newest[1])
        problem = to_problem(self.instance, spare if start is None else trucks)
        second = self._search(0, "ortools", problem, start, lambda: False)
        return min(first, second, key=lambda outcome: outcome.rank(trucks))

    def second(self, trucks: int) -> Outcome:
        """OR-Tools, trucks first."""
        problem = to_problem(self.instance, trucks + 1)
        return self._search(1, "ortools", problem, None, lambda: False)

    def _first_gives_up(self) -> bool:
        turn = self.late if self._left(1) else self.early
        return monotonic() > turn and self._left(0) > 0

    def _left(self, number: int) -> int:
        orders = self.newest[number].orders
        done = sum(a.kind == "visit" for order in orders for a in order.actions)
        return len(self.instance.stops) - done

    def _search(
        self,
        number: int,
        engine: str,
        problem: Problem,
        start: Solution | None,
        gives_up: Callable[[], bool],
    ) -> Outcome:
        try:
            solution = solve_in_process(
                engine,
                problem,
                Stop(seconds=max(0.5, self.deadline - monotonic())),
                seed=number,
                warm_start=start,
                on_solution=lambda solution: self.newest.__setitem__(number, solution),
                cancelled=lambda: monotonic() > self.deadline + CLOSING_S / 3 or gives_up(),
                memory_mb=MEMORY_MB,
            )
        except SolverFailed as failure:
            solution = failure.best
        return judged(self.instance, problem, solution or Solution())


def without_shortest(solution: Solution) -> Solution:
    """The routes but the one with the fewest stops, on the first trucks."""
    longest = sorted(solution.orders, key=lambda order: len(order.actions))[1:]
    return Solution(
        tuple(replace(order, truck_id=truck_id(n)) for n, order in enumerate(longest))
    )  # fmt: skip


def solve_instance(instance: Instance, trucks: int, spare: int, seconds: float) -> Outcome:
    """Solve within `seconds` in all; `spare` trucks are surely enough."""
    began = monotonic()
    race = Race(
        instance, began + EARLY * seconds, began + LATE * seconds, began + seconds - CLOSING_S
    )
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(race.first, trucks, spare)
        second = pool.submit(race.second, trucks)
        found = (first.result(), second.result())
    best = min(found, key=lambda outcome: outcome.rank(trucks))
    return replace(best, seconds=round(monotonic() - began, 1))


def least_trucks(instance: Instance) -> int:
    """No fewer can take all loads in a day."""
    load = sum(row.load_yards for row in instance.stops)
    return max(1, math.ceil(load / instance.daily_yards - 1e-9))


def judged(instance: Instance, problem: Problem, solution: Solution) -> Outcome:
    """The answer with the verifier's and the independent checker's complaints."""
    routes = file_routes(instance, solution)
    checked = check_routes(instance, routes)
    plan = build_plan(problem, travel_matrix(problem), solution)
    verified = tuple(f"verifier: {each.code} {each.detail}" for each in verify(problem, plan))
    faults = checked.faults + verified
    return Outcome(instance.name, len(routes), checked.miles, 0.0, routes, faults)


def file_routes(instance: Instance, solution: Solution) -> list[list[str]]:
    """Routes as ids of the file, depot and landfills included."""
    depot = instance.depot.id
    return [[depot, *(action.ref for action in order.actions), depot] for order in solution.orders]
