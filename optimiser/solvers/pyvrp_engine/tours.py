"""Tours: a truck's stops and unloadings in order, by position; to and from ids."""

from collections.abc import Iterable, Mapping
from typing import Literal

from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.solvers.index import IndexModel

Place = tuple[Literal["stop", "site"], int]
Tour = tuple[Place, ...]
Tours = dict[int, Tour]
"""By truck position; trucks that stay at home are not in it."""


def lean(model: IndexModel, truck: int, places: Iterable[Place]) -> Tour:
    """Without unloading where nothing is to be unloaded."""
    own = model.trucks[truck]
    kept: list[Place] = []
    holding: set[int | None] = set()
    for kind, position in places:
        if kind == "stop":
            stop = model.stops[position]
            holding |= {own.hold_of(stop.fraction)} if stop.mass_g or stop.volume_ml else set()
            kept.append((kind, position))
            continue
        emptied = {n for n, hold in enumerate(own.holds) if model.sites[position].empties(hold)}
        if holding & emptied:
            kept.append((kind, position))
        holding -= emptied
    return tuple(kept)


def order_of(model: IndexModel, truck: int, tour: Tour) -> TruckOrder:
    """Ids of a tour; merged stops split."""
    actions: list[Action] = []
    for kind, position in tour:
        if kind == "stop":
            actions += [Action("visit", visit) for visit in model.stops[position].visits]
        else:
            actions.append(Action("unload", model.sites[position].id))
    return TruckOrder(model.trucks[truck].id, tuple(actions))


def solution_of(model: IndexModel, tours: Mapping[int, Tour]) -> Solution:
    """The orders of all trucks that have a stop."""
    return Solution(
        tuple(
            order_of(model, truck, tours[truck])
            for truck in sorted(tours)
            if any(kind == "stop" for kind, _ in tours[truck])
        )
    )


def tours_from(model: IndexModel, solution: Solution) -> Tours:
    """Tours of a solution, as far as its trucks, stops and sites are in this model."""
    stops = {visit: n for n, stop in enumerate(model.stops) for visit in stop.visits}
    sites = {site.id: n for n, site in enumerate(model.sites)}
    trucks = {truck.id: n for n, truck in enumerate(model.trucks)}
    seen: set[int] = set()
    tours: Tours = {}
    for order in solution.orders:
        if order.truck_id not in trucks:
            continue
        places: list[Place] = []
        for action in order.actions:
            if action.kind == "unload" and action.ref in sites:
                places.append(("site", sites[action.ref]))
            elif action.kind == "visit" and stops.get(action.ref, -1) not in (seen | {-1}):
                seen.add(stops[action.ref])
                places.append(("stop", stops[action.ref]))
        truck = trucks[order.truck_id]
        tours[truck] = lean(model, truck, places)
    return tours
