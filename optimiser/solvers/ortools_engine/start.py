"""A first solution: trucks one by one, each to the farthest stop and then to the nearest next.

OR-Tools' own first solutions never unload in mid-route, because an unloading by itself only
costs. This one goes to a disposal site when nothing more fits, and keeps every rule. Trucks
under way and those with something to do first have a route in any case.
"""

from collections.abc import Iterable

import numpy as np

from optimiser.solvers.ortools_engine.legs import Ints
from optimiser.solvers.ortools_engine.nodes import Nodes
from optimiser.solvers.ortools_engine.tour import Tour

TRIES = 12
"""So many of the nearest stops are tried before a truck unloads or goes home."""

Routes = list[list[int]]


def first_routes(nodes: Nodes, *, optional: bool) -> Routes:
    """Node numbers per truck, depots not included; `optional`: also stops that may be left."""
    stops = nodes.model.stops
    left = {
        number
        for number in nodes.of("stop")
        if optional or stops[nodes.all[number].position].required
    }
    free = nodes.free_sites
    routes: Routes = [[] for _ in nodes.starts]
    for truck in sorted(range(len(routes)), key=lambda t: nodes.model.trucks[t].prices.fixed):
        tour = _one_tour(nodes, truck, left, free)
        if tour is None or not worth_driving(nodes, tour):
            continue
        routes[truck] = tour.path
        left -= set(tour.path)
        free = [node for node in free if node not in tour.path]
    return routes


def worth_driving(nodes: Nodes, tour: Tour) -> bool:
    """Whether a tour has a required stop, or prizes above what it costs."""
    prices = nodes.model.trucks[tour.truck].prices
    stops = [nodes.model.stops[nodes.all[n].position] for n in tour.path if _is_stop(nodes, n)]
    paid_s = tour.now - nodes.leave[tour.truck][0][0]
    cost = prices.fixed + prices.per_m * tour.distance_m + prices.per_paid_s * paid_s
    promised = nodes.model.trucks[tour.truck].drives_anyway
    worth = sum(stop.prize for stop in stops) > cost
    return promised or worth or any(stop.required for stop in stops)


def _one_tour(nodes: Nodes, truck: int, left: set[int], free: list[int]) -> Tour | None:
    mine = [n for n in left if truck in nodes.model.stops[nodes.all[n].position].trucks]
    todo = np.array(sorted(mine), dtype=np.int64)
    tour = Tour(nodes, truck, free=tuple(free))
    if not tour.begun():
        return None
    todo = np.array([node for node in todo if node not in tour.path], dtype=np.int64)
    seconds = nodes.legs[truck].total_s
    todo = todo[np.argsort(-seconds[tour.at, todo], kind="stable")] if len(todo) else todo
    going = _first_that_works(tour, todo)
    while going is not None:
        tour = going
        todo = todo[todo != tour.at]
        going = _next(tour, todo)
    return tour.finished() if tour.path or nodes.model.trucks[truck].out else None


def _next(tour: Tour, todo: Ints) -> Tour | None:
    """The tour gone on by a stop, by way of a site where nothing fits; None when it is over."""
    direct = _first_that_works(tour, _nearest(tour, todo))
    if direct is not None:
        return direct
    for node in sorted(tour.useful_sites(), key=lambda n: int(_seconds(tour, n))):
        emptied = tour.copy()
        if emptied.go(node):
            further = _first_that_works(emptied, _nearest(emptied, todo))
            if further is not None:
                return further
    return None


def _nearest(tour: Tour, todo: Ints) -> Ints:
    """The next stops by when work there could begin."""
    if not len(todo):
        return todo
    reached = tour.now + tour.nodes.legs[tour.truck].total_s[tour.at, todo]
    begins = np.maximum(reached, tour.nodes.opens[todo])
    begins = np.where(reached > tour.nodes.closes[todo], np.iinfo(np.int64).max, begins)
    few = np.argpartition(begins, min(TRIES, len(todo) - 1))[:TRIES]
    return todo[few[np.argsort(begins[few], kind="stable")]]


def _seconds(tour: Tour, node: int) -> int:
    return int(tour.nodes.legs[tour.truck].total_s[tour.at, node])


def _first_that_works(tour: Tour, candidates: Iterable[int]) -> Tour | None:
    for node in candidates:
        tried = tour.copy()
        if tried.go(int(node)) and tried.home_in_time():
            return tried
    return None


def _is_stop(nodes: Nodes, node: int) -> bool:
    return nodes.all[node].kind == "stop"
