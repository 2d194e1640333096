"""The engine as a finisher: improves a few routes of a given solution, and leaves all others."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.build import Traffic, build_index
from optimiser.solvers.index import IndexModel
from optimiser.solvers.judge import Best
from optimiser.solvers.ortools_engine.budget import Budget
from optimiser.solvers.ortools_engine.engine import search_part, without_stuck
from optimiser.solvers.ortools_engine.groups import Group, left_near, part, stops_of_routes
from optimiser.solvers.protocol import Stop
from optimiser.solvers.sound import Mender
from optimiser.solvers.tours import stops_in
from optimiser.travel import TravelMatrix


@dataclass(frozen=True)
class Polisher:
    """Searches, with the whole model, the routes of some `trucks` (ids) of the warm start: their
    stops in any order among them, and stops near to them that are on no route.

    A warm start that breaks a rule is mended first, on all of its routes. Without one, or with
    trucks that do not drive today, there is nothing to improve: the answer is what is known.
    Some 250 stops in all are what it improves within seconds.
    """

    trucks: tuple[str, ...]
    name: str = "ortools-polish"
    traffic: Traffic = "mean"

    def solve(
        self,
        problem: Problem,
        travel: TravelMatrix,
        stop: Stop,
        *,
        seed: int,
        warm_start: Solution | None,
        on_solution: Callable[[Solution], None],
    ) -> Solution:
        """Solve; see `Engine`."""
        budget = Budget(stop, monotonic())
        model = build_index(problem, travel, self.traffic)
        best = Best(model, on_solution)
        best.offer(Mender(model).kept(warm_start or Solution()))
        able = without_stuck(model, best)
        known = best.final()
        own = part(able, group_of(able, known, self.trucks))
        if own.trucks and own.stops and not budget.spent:
            search_part(own, best, budget, known, seed)
        return best.final()


def group_of(model: IndexModel, solution: Solution, trucks: tuple[str, ...]) -> Group:
    """These trucks, the stops of their routes, and left stops near them."""
    numbers = [n for n, truck in enumerate(model.trucks) if truck.id in trucks]
    routes = stops_of_routes(model, solution)
    stops = [stop for n in numbers for stop in routes.get(n, [])]
    first = [stop for n in numbers for stop in stops_in(model.trucks[n].first)]
    stops += left_near(model, solution, stops)
    return Group(tuple(numbers), tuple(dict.fromkeys((*stops, *first))))
