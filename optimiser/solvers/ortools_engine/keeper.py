"""Keeps the best solution of a search, and hands improvements on."""

from time import monotonic
from typing import Any

from optimiser.domain.solution import Solution, TruckOrder
from optimiser.solvers.index import IndexModel
from optimiser.solvers.judge import Best
from optimiser.solvers.ortools_engine.answer import Routes, read_routes, to_solution
from optimiser.solvers.ortools_engine.routing import Routing

PATIENCE_S = 1.0
"""Judging costs time that the search could use: at most this often in a search by time."""


class Keeper:
    """Called by OR-Tools at every solution it accepts; most are no improvement.

    What improves OR-Tools' own objective is offered to `best`, with the orders of the trucks
    that this search leaves alone. Unless `hasty` every one is judged at once, so that the
    result does not depend on the clock.
    """

    def __init__(
        self, routing: Routing, best: Best, others: tuple[TruckOrder, ...], *, hasty: bool
    ) -> None:
        self._routing, self._best, self._others, self._hasty = routing, best, others, hasty
        self._objective: int | None = None
        self._waiting: Routes | None = None
        self._judged_at = monotonic()
        self.solutions = 0

    def __call__(self) -> None:
        """OR-Tools has a solution."""
        self.solutions += 1
        model: Any = self._routing.model
        objective = model.CostVar().Value()
        if self._objective is not None and objective >= self._objective:
            return
        self._objective = objective
        self._waiting = read_routes(self._routing, lambda index: model.NextVar(index).Value())
        if not self._hasty or monotonic() - self._judged_at > PATIENCE_S:
            self.flush()

    def offer(self, routes: Routes) -> None:
        """Judge routes that did not come by the callback."""
        self._waiting = routes
        self.flush()

    def flush(self) -> None:
        """Judge what waits."""
        if self._waiting is None:
            return
        found = to_solution(self._routing.nodes, self._waiting)
        self._waiting = None
        self._best.offer(joined(self._routing.nodes.model, found, self._others))
        self._judged_at = monotonic()


def others_of(model: IndexModel, known: Solution | None) -> tuple[TruckOrder, ...]:
    """Orders of the trucks that are not in this model, as they are known."""
    own = {truck.id for truck in model.trucks}
    return tuple(order for order in known.orders if order.truck_id not in own) if known else ()


def joined(model: IndexModel, found: Solution, others: tuple[TruckOrder, ...]) -> Solution:
    """A solution of a model together with the orders of the trucks that are not in it."""
    place = {truck.id: number for number, truck in enumerate(model.problem.trucks)}
    own = {order.truck_id: order for order in (*others, *found.orders)}
    return Solution(tuple(sorted(own.values(), key=lambda order: place[order.truck_id])))
