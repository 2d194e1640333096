"""From OR-Tools' routes to a solution with ids, and from a given solution to routes."""

from collections.abc import Callable

from optimiser.domain.solution import Solution
from optimiser.solvers.ortools_engine.nodes import Nodes
from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.solvers.tours import Place, Tours, lean, least_tour, solution_of, tours_from

Routes = list[list[int]]


def read_routes(routing: Routing, next_of: Callable[[int], int]) -> Routes:
    """Node numbers per truck, depots not included, given the index that follows an index."""
    routes = []
    for truck in routing.trucks:
        route, index = [], next_of(routing.model.Start(truck))
        while not routing.model.IsEnd(index):
            route.append(routing.manager.IndexToNode(index))
            index = next_of(index)
        routes.append(route)
    return routes


def to_solution(nodes: Nodes, routes: Routes) -> Solution:
    """Ids in order: merged stops split, the folded unloading spelled out, idle ones left out."""
    tours: Tours = {}
    for truck, route in enumerate(routes):
        places = [_place(nodes, node) for node in route]
        last = route[-1] if route else nodes.starts[truck]
        home = int(nodes.legs[truck].way_home[last])
        places += [("site", home)] if home >= 0 else []
        tours[truck] = lean(nodes.model, truck, places)
    return solution_of(nodes.model, tours)


def _place(nodes: Nodes, number: int) -> Place:
    node = nodes.all[number]
    return ("stop" if node.kind == "stop" else "site"), node.position


def to_routes(nodes: Nodes, solution: Solution) -> Routes | None:
    """Routes of a given solution, as far as this model has its parts; None if copies run out."""
    stop_at = {nodes.all[number].position: number for number in nodes.of("stop")}
    free: dict[int, list[int]] = {}
    for number in reversed(nodes.free_sites):
        free.setdefault(nodes.all[number].position, []).append(number)
    tours, routes = tours_from(nodes.model, solution), []
    for truck, own in enumerate(nodes.model.trucks):
        tour = tours.get(truck) or (least_tour(nodes.model, truck) if own.drives_anyway else ())
        route = list(nodes.first[truck])
        for kind, position in tour[len(own.first) :]:
            if kind == "site" and not free.get(position):
                return None
            route.append(stop_at[position] if kind == "stop" else free[position].pop())
        routes.append(_unfolded(nodes, truck, route))
    return routes


def _unfolded(nodes: Nodes, truck: int, route: list[int]) -> list[int]:
    """Without a last unloading that the leg home has in it anyway."""
    if len(route) <= len(nodes.first[truck]) or nodes.all[route[-1]].kind != "site":
        return route
    before = route[-2] if len(route) > 1 else nodes.starts[truck]
    way_home = int(nodes.legs[truck].way_home[before])
    return route[:-1] if way_home == nodes.all[route[-1]].position else route
