"""Where a search starts, and the search itself."""

from typing import Any

from optimiser.domain.solution import Solution
from optimiser.solvers.index import IndexModel
from optimiser.solvers.judge import Judge
from optimiser.solvers.ortools_engine.answer import Routes, to_routes, to_solution
from optimiser.solvers.ortools_engine.keeper import Keeper
from optimiser.solvers.ortools_engine.nodes import Nodes
from optimiser.solvers.ortools_engine.resting import nodes_for
from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.solvers.ortools_engine.spread import spread_routes
from optimiser.solvers.ortools_engine.start import first_routes

DENSE_STOPS = 1500
"""From more stops than this no matrix of all of them is made, not even for the first routes."""


def search(routing: Routing, keeper: Keeper, start: Solution | None, params: Any) -> None:
    """Search from the given start, or from the best of our own if the model does not take it.

    Only where it takes none of them does OR-Tools make a start of its own.
    """
    routing.model.AddAtSolutionCallback(keeper)
    routing.model.CloseModelWithParameters(params)
    given = [to_routes(routing.nodes, start)] if start is not None else []
    best = _best_start(routing, given) or _best_start(routing, _own_starts(routing.nodes))
    if best is None:
        routing.model.SolveWithParameters(params)
        return
    keeper.offer(best)
    routing.model.SolveFromAssignmentWithParameters(_assignment(routing, best), params)


def choose_start(model: IndexModel, given: Solution | None, seed: int) -> Solution:
    """The best start by true cost, without a model of OR-Tools; of a large problem the given one,
    if there is one.
    """
    if len(model.stops) > DENSE_STOPS:
        starts = (
            [spread_routes(model, optional=each) for each in _kinds(model)] if not given else []
        )
    else:
        nodes = nodes_for(model, seed, given)
        starts = [to_solution(nodes, routes) for routes in _own_starts(nodes) if routes is not None]
    judge = Judge(model.problem, model.travel)
    return min([given, *starts] if given else starts, key=judge.worth)


def _own_starts(nodes: Nodes) -> list[Routes | None]:
    return [first_routes(nodes, optional=optional) for optional in _kinds(nodes.model)]


def _kinds(model: IndexModel) -> tuple[bool, ...]:
    """First routes without the stops that may be left, and with them if there are any."""
    return (False,) if all(stop.required for stop in model.stops) else (False, True)


def _best_start(routing: Routing, starts: list[Routes | None]) -> Routes | None:
    """The start with the least objective, of those that the model takes."""
    taken = [
        (assignment.ObjectiveValue(), number, routes)
        for number, routes in enumerate(starts)
        if routes is not None and (assignment := _assignment(routing, routes)) is not None
    ]
    return min(taken)[2] if taken else None


def _assignment(routing: Routing, routes: Routes) -> Any:
    indices = [[routing.index(node) for node in route] for route in routes]
    return routing.model.ReadAssignmentFromRoutes(indices, True)
