"""The nodes of a search: with rests from driving where somebody needs one (see rests.py)."""

from itertools import pairwise

from optimiser.domain.solution import Solution
from optimiser.solvers.index import IndexModel
from optimiser.solvers.ortools_engine.answer import Routes, to_routes
from optimiser.solvers.ortools_engine.nodes import Nodes, copies_needed, make_nodes
from optimiser.solvers.ortools_engine.rests import without_rests
from optimiser.solvers.ortools_engine.start import first_routes


def nodes_for(model: IndexModel, seed: int, start: Solution | None) -> Nodes:
    """Nodes without rests if the start needs none; without a start, if our own first routes
    do no more required stops with rests.
    """
    copies = copies_needed(model)
    if all(truck.driving is None for truck in model.trucks):
        return make_nodes(model, copies, seed)
    calm = make_nodes(without_rests(model), copies, seed)
    if start is not None:
        routes = to_routes(calm, start)
        if routes is not None and _drives_little(calm, routes):
            return calm
        return make_nodes(model, copies, seed, resting=True)
    routes = first_routes(calm, optional=False)
    if _required_left(calm, routes) == 0:
        return calm
    resting = make_nodes(model, copies, seed, resting=True)
    rested = _required_left(resting, first_routes(resting, optional=False))
    return resting if rested < _required_left(calm, routes) else calm


def _drives_little(nodes: Nodes, routes: Routes) -> bool:
    """Whether no route drives more than its truck may in a day."""
    for truck, route in enumerate(routes):
        most = nodes.model.trucks[truck].limits.driving_s
        path = [nodes.starts[truck], *route, nodes.ends[truck]]
        driven = sum(int(nodes.legs[truck].driving_s[a, b]) for a, b in pairwise(path))
        if route and most is not None and driven > most:
            return False
    return True


def _required_left(nodes: Nodes, routes: Routes) -> int:
    done = {node for route in routes for node in route}
    stops = nodes.model.stops
    return sum(
        stops[nodes.all[node].position].required for node in nodes.of("stop") if node not in done
    )
