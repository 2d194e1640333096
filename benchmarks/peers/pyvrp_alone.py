"""PyVRP alone: its own reader, its own search with its own settings, on one core."""

import warnings
from time import monotonic

import pyvrp
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.stop import MaxRuntime

from benchmarks.classic.found import Found, Point
from benchmarks.classic.instance import Instance
from benchmarks.points import falling

ROUNDING = {"nearest": "round", "down": "dimacs"}


def solve(instance: Instance, seconds: float, seed: int) -> Found:
    """Solve straight from the instance's file."""
    data = pyvrp.read(instance.path, round_func=ROUNDING[instance.rounding])
    watcher = Watcher()
    params = pyvrp.SolveParams(ils=IteratedLocalSearchParams(callbacks=watcher))
    stop = MaxRuntime(seconds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is hard to find a feasible solution
        result = pyvrp.solve(data, stop, seed=seed, collect_stats=False, params=params)
    tours = [_trips(data, route) for route in result.best.routes()]
    return Found(tours, falling(watcher.points), f"{result.num_iterations} iterations")


class Watcher(IteratedLocalSearchCallbacks):
    """Notes the cost of the first feasible solution and of each that is better."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._began = monotonic()

    def on_best(self, best: pyvrp.Solution) -> None:
        """PyVRP has a new best solution, which is feasible."""
        self._note(best)

    def on_iteration(
        self,
        current: pyvrp.Solution,  # noqa: ARG002  # PyVRP passes it
        candidate: pyvrp.Solution,  # noqa: ARG002  # PyVRP passes it
        best: pyvrp.Solution,
        cost_evaluator: pyvrp.CostEvaluator,  # noqa: ARG002  # PyVRP passes it
    ) -> None:
        """An iteration is over. Of its start PyVRP says nothing else."""
        if not self.points and best.is_feasible():
            self._note(best)

    def _note(self, best: pyvrp.Solution) -> None:
        cost = best.distance_cost() + best.uncollected_prizes()
        self.points.append((round(monotonic() - self._began, 3), cost))


def _trips(data: pyvrp.ProblemData, route: pyvrp.Route) -> list[list[int]]:
    """Numbers of customers between two calls at the depot; location 0 is the file's number 1."""
    trips: list[list[int]] = [[]]
    for activity in route:
        if activity.is_client():
            trips[-1].append(data.clients()[activity.idx].location + 1)
        else:
            trips.append([])
    return [trip for trip in trips if trip]
