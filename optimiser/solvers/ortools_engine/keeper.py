"""Keeps the best solution of a search, hands improvements on, and says when enough is enough."""

from collections.abc import Callable
from time import monotonic

from optimiser.domain.solution import Solution
from optimiser.solvers.judge import Judge, Worth
from optimiser.solvers.ortools_engine.answer import Routes, read_routes, to_solution
from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.solvers.protocol import Stop

PATIENCE_S = 0.3
"""Judging costs time that the search could use: at most this often in a search by time."""


class Keeper:
    """Called by OR-Tools at every solution it accepts; most are no improvement.

    What improves OR-Tools' own objective is judged by true cost and lateness, and handed on
    if that is better too. With a limit of solutions alone every improvement is judged at
    once, so that the result does not depend on the clock.
    """

    def __init__(
        self, routing: Routing, stop: Stop, on_solution: Callable[[Solution], None]
    ) -> None:
        self._routing, self._stop, self._on_solution = routing, stop, on_solution
        model = routing.nodes.model
        self._judge = Judge(model.problem, model.travel)
        self._objective: int | None = None
        self._waiting: Routes | None = None
        self._judged_at = 0.0
        self._best: tuple[Worth, Solution] | None = None

    def __call__(self) -> None:
        """OR-Tools has a solution."""
        routing = self._routing.model
        objective = routing.CostVar().Value()
        if self._objective is not None and objective >= self._objective:
            return
        self._objective = objective
        self._waiting = read_routes(self._routing, lambda index: routing.NextVar(index).Value())
        if self._stop.seconds is None or monotonic() - self._judged_at > PATIENCE_S:
            self.flush()

    def offer(self, routes: Routes) -> None:
        """Judge routes that did not come by the callback."""
        self._waiting = routes
        self.flush()

    def flush(self) -> None:
        """Judge what waits, and hand it on if it is better."""
        if self._waiting is None:
            return
        solution = to_solution(self._routing.nodes, self._waiting)
        self._waiting = None
        worth = self._judge.worth(solution)
        if self._best is None or worth < self._best[0]:
            self._best = worth, solution
            self._on_solution(solution)
        self._judged_at = monotonic()

    def best(self) -> Solution:
        """The best solution; leaving everything is one where there is no better."""
        self.flush()
        if self._best is None:
            self._on_solution(Solution())
            return Solution()
        return self._best[1]
