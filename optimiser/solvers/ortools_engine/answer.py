"""From OR-Tools' routes to a solution with ids, and from a given solution to routes."""

from collections.abc import Callable

from optimiser.domain.solution import Solution
from optimiser.solvers.ortools_engine.nodes import Nodes
from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.solvers.tours import Place, Tours, lean, solution_of

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
        if places and places[-1][0] == "stop":
            home = int(nodes.legs[truck].way_home[route[-1]])
            places += [("site", home)] if home >= 0 else []
        tours[truck] = lean(nodes.model, truck, places)
    return solution_of(nodes.model, tours)


def _place(nodes: Nodes, number: int) -> Place:
    node = nodes.all[number]
    return ("stop" if node.kind == "stop" else "site"), node.position


def to_routes(nodes: Nodes, solution: Solution) -> Routes | None:
    """Routes of a given solution, as far as this model has its parts; None if copies run out."""
    stop_of = {
        visit: number
        for number in nodes.of("stop")
        for visit in nodes.model.stops[nodes.all[number].position].visits
    }
    free: dict[str, list[int]] = {}
    for number in reversed(nodes.of("site")):
        free.setdefault(nodes.model.sites[nodes.all[number].position].id, []).append(number)
    orders = {order.truck_id: order.actions for order in solution.orders}
    routes, seen = [], set[int]()
    for truck, own in enumerate(nodes.model.trucks):
        route: list[int] = []
        for action in orders.get(own.id, ()):
            if action.kind == "unload":
                if not free.get(action.ref):
                    return None
                route.append(free[action.ref].pop())
            elif action.ref in stop_of and stop_of[action.ref] not in seen:
                seen.add(stop_of[action.ref])
                route.append(stop_of[action.ref])
        routes.append(_unfolded(nodes, truck, route))
    return routes


def _unfolded(nodes: Nodes, truck: int, route: list[int]) -> list[int]:
    """Without a last unloading that the leg home has in it anyway."""
    if len(route) < 2 or nodes.all[route[-1]].kind != "site":
        return route
    way_home = int(nodes.legs[truck].way_home[route[-2]])
    return route[:-1] if way_home == nodes.all[route[-1]].position else route
