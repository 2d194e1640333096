"""Large problems in parts: groups of neighbouring routes, each a small problem of its own.

Local search over all stops at once takes minutes to reach its first local optimum from about
five hundred stops on. Neighbouring routes together are small, and are all that most moves
concern (the idea of POPMUSIC: Taillard and Voss 2002).
"""

from dataclasses import dataclass, replace
from random import Random

import numpy as np

from optimiser.domain.solution import Solution
from optimiser.solvers.index import IndexModel, moved

GROUP_STOPS = 220
"""A group takes in neighbouring routes until it has about so many stops."""

FITTING_SHARE = 0.7
"""It takes fewer while required stops are left: a small group packs its trucks fuller in the
same time (measured)."""

LEFT_STOPS = 80
"""At most so many stops that are on no route join a group."""


@dataclass(frozen=True, slots=True)
class Group:
    """Positions of the trucks and stops of one part of a model."""

    trucks: tuple[int, ...]
    stops: tuple[int, ...]


def part(model: IndexModel, group: Group) -> IndexModel:
    """The model of a group alone."""
    new = {truck: number for number, truck in enumerate(group.trucks)}
    stops = [
        replace(
            stop,
            trucks=tuple(new[truck] for truck in stop.trucks if truck in new),
            published=None if stop.published is None else new.get(stop.published, -1),
        )
        for stop in (model.stops[position] for position in group.stops)
    ]
    kept = [number for number, stop in enumerate(stops) if stop.trucks]
    place = {group.stops[number]: position for position, number in enumerate(kept)}
    return replace(
        model,
        trucks=tuple(moved(model.trucks[truck], place) for truck in group.trucks),
        stops=tuple(stops[number] for number in kept),
    )


def one_round(model: IndexModel, solution: Solution, random: Random) -> list[int]:
    """Trucks to build groups around: each driven one once, in random order."""
    driven = list(stops_of_routes(model, solution))
    random.shuffle(driven)
    return driven


def group_around(model: IndexModel, solution: Solution, seed: int, size: int) -> Group:
    """The route of truck `seed`, those nearest to it, left stops near them, one idle truck.

    `size` is about how many stops the routes of a group have together.
    """
    routes = stops_of_routes(model, solution)
    if seed not in routes:
        return Group((), ())
    left = _left(model, routes)
    most = size * (FITTING_SHARE if any(model.stops[stop].required for stop in left) else 1.0)
    trucks: list[int] = []
    stops: list[int] = []
    places = {truck: _rows(model, truck, route) for truck, route in routes.items()}
    gaps = {truck: _gap(model, places[seed], rows) for truck, rows in places.items()}
    for truck in sorted(routes, key=lambda other: (gaps[other], other)):
        if len(trucks) > 1 and len(stops) + len(routes[truck]) > most:
            break
        trucks.append(truck)
        stops += routes[truck]
    stops += _nearest(model, left, stops)
    idle = [truck for truck in range(len(model.trucks)) if truck not in routes]
    trucks += idle[:1]
    promised = [n for t in trucks for kind, n in model.trucks[t].first if kind == "stop"]
    return Group(tuple(trucks), tuple(dict.fromkeys((*stops, *promised))))


def left_near(model: IndexModel, solution: Solution, stops: list[int]) -> list[int]:
    """Stops that are on no route, the nearest to some stops."""
    return _nearest(model, _left(model, stops_of_routes(model, solution)), stops)


def _left(model: IndexModel, routes: dict[int, list[int]]) -> list[int]:
    done = {stop for route in routes.values() for stop in route}
    return [stop for stop in range(len(model.stops)) if stop not in done]


def stops_of_routes(model: IndexModel, solution: Solution) -> dict[int, list[int]]:
    """Positions of each driven truck's stops."""
    of_visit = {visit: n for n, stop in enumerate(model.stops) for visit in stop.visits}
    orders = _orders(solution)
    return {
        number: list(dict.fromkeys(of_visit[ref] for ref in orders[truck.id] if ref in of_visit))
        for number, truck in enumerate(model.trucks)
        if truck.id in orders
    }


def _orders(solution: Solution) -> dict[str, list[str]]:
    return {
        order.truck_id: [action.ref for action in order.actions if action.kind == "visit"]
        for order in solution.orders
    }


def _rows(model: IndexModel, truck: int, route: list[int]) -> list[int]:
    """Where a route's stops are; of one without any, where it starts."""
    return [model.stops[stop].row for stop in route] or [model.trucks[truck].start_row]


def _gap(model: IndexModel, rows: list[int], others: list[int]) -> float:
    """Mean time from a route's places to the nearest of another's."""
    return 0.0 if rows is others else float(model.travel.block(rows, others)[1].min(axis=1).mean())


def _nearest(model: IndexModel, left: list[int], stops: list[int]) -> list[int]:
    """The left stops nearest to any of some stops."""
    if not left or not stops:
        return left[:LEFT_STOPS]
    rows = [[model.stops[stop].row for stop in each] for each in (left, stops)]
    near = model.travel.block(*rows)[1].min(axis=1)
    return [left[position] for position in np.argsort(near, kind="stable")[:LEFT_STOPS]]
