"""Tours: a truck's stops and unloadings in order, by position; to and from ids."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.solvers.index import IndexModel, IndexStop, Place, Window

__all__ = [
    "Place", "Tour", "Tours", "homeward", "lean", "least_tour", "order_of", "solution_of",
    "stops_in", "tours_from", "with_first",
]  # fmt: skip

Tour = tuple[Place, ...]
Tours = dict[int, Tour]
"""By truck position; trucks that stay at home are not in it."""

NEAREST = 8
"""Sites that are tried, at most, for what has to be unloaded before home."""


def lean(model: IndexModel, truck: int, places: Iterable[Place]) -> Tour:
    """Without unloading where nothing is to be unloaded; what the truck does first stays."""
    tour, first = tuple(places), model.trucks[truck].first
    promised = len(first) if tour[: len(first)] == first else 0
    kept: list[Place] = []
    holding = _on_board(model, truck)
    for number, place in enumerate(tour):
        before = set(holding)
        _take(model, truck, holding, place)
        if place[0] == "stop" or number < promised or holding != before:
            kept.append(place)
    return tuple(kept)


def stops_in(tour: Tour) -> list[int]:
    """Positions of a tour's stops."""
    return [position for kind, position in tour if kind == "stop"]


def with_first(model: IndexModel, truck: int, tour: Tour) -> Tour:
    """The tour with what the truck does first at its head."""
    first = model.trucks[truck].first
    if tour[: len(first)] == first:
        return tour
    promised = set(stops_in(first))
    rest = (p for p in tour if p[0] == "site" or p[1] not in promised)
    return lean(model, truck, (*first, *rest))


def least_tour(model: IndexModel, truck: int) -> Tour:
    """The least that a truck does if it drives: its first places, and home without a load."""
    return homeward(model, truck, model.trucks[truck].first)


def homeward(model: IndexModel, truck: int, tour: Tour) -> Tour:
    """The tour with what has to be unloaded before home, at the sites that have it home first.

    As it is where nothing is on board, and where no sites that are left to try take it all.
    """
    holding = _on_board(model, truck)
    for place in tour:
        _take(model, truck, holding, place)
    row, now = _reached(model, truck, tour)
    useful = [n for n in range(len(model.sites)) if holding & _emptied(model, truck, n)]
    rows = [model.sites[n].row for n in useful]
    if not useful:
        return tour
    seconds = model.travel.block([row], rows)[1][0]
    near = sorted(zip(seconds.tolist(), useful, strict=True))[:NEAREST]
    for length in range(1, len(holding) + 1):
        ways = [
            (_home(model, truck, row, now, way), way)
            for way in permutations((n for _, n in near), length)
            if holding <= set().union(*(_emptied(model, truck, n) for n in way))
        ]
        if ways:
            return (*tour, *(("site", n) for n in min(ways)[1]))
    return tour


def _on_board(model: IndexModel, truck: int) -> set[int]:
    """Holds with something in them when the route starts."""
    return {n for n, amounts in enumerate(model.trucks[truck].on_board) if any(amounts)}


def _take(model: IndexModel, truck: int, holding: set[int], place: Place) -> None:
    """Change the set of holds with something in them by what is done at a place."""
    kind, position = place
    if kind == "site":
        holding -= _emptied(model, truck, position)
        return
    stop = model.stops[position]
    hold = model.trucks[truck].hold_of(stop.fraction)
    if hold is not None and (stop.mass_g or stop.volume_ml):
        holding.add(hold)


def _emptied(model: IndexModel, truck: int, site: int) -> set[int]:
    holds = model.trucks[truck].holds
    return {n for n, hold in enumerate(holds) if model.sites[site].empties(hold)}


def _reached(model: IndexModel, truck: int, tour: Tour) -> tuple[int, int]:
    """Row and second at which a tour's last work is done, if it leaves at once."""
    own = model.trucks[truck]
    row, now = own.start_row, own.leave[0][0]
    for kind, position in tour:
        place = model.stops[position] if kind == "stop" else model.sites[position]
        work_s = place.service_s if isinstance(place, IndexStop) else place.unload_s
        now = _begin(now + _driven_s(model, truck, row, place.row), place.windows)[1] + work_s
        row = place.row
    return row, now


def _home(
    model: IndexModel, truck: int, row: int, now: int, way: Sequence[int]
) -> tuple[bool, int]:
    """Whether a way home over some sites is late at one of them, and when it ends."""
    late = False
    for site in (model.sites[n] for n in way):
        missed, now = _begin(now + _driven_s(model, truck, row, site.row), site.windows)
        late, now, row = late or missed, now + site.unload_s, site.row
    return late, now + _driven_s(model, truck, row, model.trucks[truck].end_row)


def _driven_s(model: IndexModel, truck: int, row: int, column: int) -> int:
    return int(model.travel.leg(row, column)[1] * model.trucks[truck].factor) + 1


def _begin(arrival: int, windows: tuple[Window, ...]) -> tuple[bool, int]:
    """Whether all windows are missed, and when work begins."""
    for opens, closes in windows:
        if arrival <= closes:
            return False, max(arrival, opens)
    return True, arrival


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
    """The orders of all trucks that have a stop, and of those that drive in any case.

    One of the latter without a tour does what it does first and comes home empty.
    """
    orders = []
    for truck, own in enumerate(model.trucks):
        tour = tours.get(truck, ())
        if own.drives_anyway and not tour:
            tour = least_tour(model, truck)
        if own.drives_anyway or any(kind == "stop" for kind, _ in tour):
            orders.append(order_of(model, truck, tour))
    return Solution(tuple(orders))


def tours_from(model: IndexModel, solution: Solution) -> Tours:
    """Tours of a solution, as far as its trucks, stops and sites are in this model, each begun
    with what its truck does first and without stops that the truck cannot take.
    """
    stops = {visit: n for n, stop in enumerate(model.stops) for visit in stop.visits}
    sites = {site.id: n for n, site in enumerate(model.sites)}
    trucks = {truck.id: n for n, truck in enumerate(model.trucks)}
    seen: set[int] = set()
    tours: Tours = {}
    for order in solution.orders:
        if order.truck_id not in trucks:
            continue
        truck = trucks[order.truck_id]
        places: list[Place] = []
        for action in order.actions:
            if action.kind == "unload" and action.ref in sites:
                places.append(("site", sites[action.ref]))
            stop = stops.get(action.ref) if action.kind == "visit" else None
            if stop is not None and stop not in seen and truck in model.stops[stop].trucks:
                seen.add(stop)
                places.append(("stop", stop))
        tours[truck] = lean(model, truck, with_first(model, truck, tuple(places)))
    return tours
