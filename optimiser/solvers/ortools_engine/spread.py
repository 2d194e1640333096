"""First routes of large problems: truck by truck, each among the stops that are near each other.

A dense matrix of all stops squared is never made: a truck looks at the farthest stop that is left,
and at those nearest to it, which are more than it can do in a day.
"""

import numpy as np

from optimiser.domain.solution import Solution, TruckOrder
from optimiser.solvers.index import IndexModel
from optimiser.solvers.ortools_engine.answer import to_solution
from optimiser.solvers.ortools_engine.groups import Group, part
from optimiser.solvers.ortools_engine.resting import nodes_for
from optimiser.solvers.ortools_engine.start import first_routes
from optimiser.solvers.tours import stops_in

NEAR = 400
"""So many stops are looked at for one truck."""


def spread_routes(model: IndexModel, *, optional: bool) -> Solution:
    """A first solution; `optional`: also with stops that may be left."""
    left = {n for n, stop in enumerate(model.stops) if optional or stop.required}
    of_visit = {visit: n for n, stop in enumerate(model.stops) for visit in stop.visits}
    orders: dict[int, TruckOrder] = {}
    for truck in sorted(range(len(model.trucks)), key=lambda t: model.trucks[t].prices.fixed):
        order = _one_route(model, truck, left, optional=optional)
        if order is not None:
            orders[truck] = order
            left -= {of_visit[a.ref] for a in order.actions if a.kind == "visit"}
    return Solution(tuple(orders[truck] for truck in sorted(orders)))


def _one_route(
    model: IndexModel, truck: int, left: set[int], *, optional: bool
) -> TruckOrder | None:
    stops = dict.fromkeys((*stops_in(model.trucks[truck].first), *_near(model, truck, left)))
    if not stops and not model.trucks[truck].drives_anyway:
        return None
    own = part(model, Group((truck,), tuple(stops)))
    nodes = nodes_for(own, 0, None)
    found = to_solution(nodes, first_routes(nodes, optional=optional))
    return found.orders[0] if found.orders else None


def _near(model: IndexModel, truck: int, left: set[int]) -> list[int]:
    """The stop farthest from the truck's start that it can take, and those nearest to that one."""
    mine = sorted(n for n in left if truck in model.stops[n].trucks)
    if not mine:
        return []
    rows = np.array([model.stops[n].row for n in mine])
    away_s = model.travel.block([model.trucks[truck].start_row], rows)[1][0]
    apart_s = model.travel.block([rows[away_s.argmax()]], rows)[1][0]
    return [mine[n] for n in np.argsort(apart_s, kind="stable")[:NEAR]]
