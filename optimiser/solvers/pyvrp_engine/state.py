"""The model as PyVRP's data: clients, depots, vehicle types and a pair of matrices a kind.

Money is in millionths of a euro. What cannot be a price of distance or time is turned into
metres (unloading's energy, a change of truck) or taken off the prize (a stop's own energy).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType

from optimiser.domain.units import whole
from optimiser.solvers.index import Hold, IndexModel, IndexStop, IndexTruck, Window
from optimiser.solvers.ortools_engine.clock import working_windows
from optimiser.solvers.pyvrp_engine.kinds import Kind
from optimiser.solvers.pyvrp_engine.layout import (
    FORBIDDEN,
    Ints,
    Layout,
    Legs,
    make_legs,
    stops_of,
)
from optimiser.solvers.pyvrp_engine.sums import DailySum, stated_sum
from optimiser.solvers.pyvrp_engine.tips import lunches_of


@dataclass(frozen=True)
class Stated:
    """PyVRP's data and what its numbers mean.

    `near` is the same data without a daily sum's metres, which would spoil what is near to what.
    `clients` holds the stop of each client; after these come the posts. Its depots are tips, then
    starts, then a depot of coming home for each kind.
    """

    layout: Layout
    legs: tuple[Legs, ...]
    clients: tuple[int, ...]
    data: ProblemData
    near: ProblemData


@dataclass(frozen=True, slots=True)
class Dimension:
    """A load: holds that take the same fractions alike, in grams or millilitres."""

    fractions: frozenset[str]
    compaction: float
    grams: bool

    def of_stop(self, stop: IndexStop) -> int:
        if stop.fraction not in self.fractions:
            return 0
        return stop.mass_g if self.grams else whole(stop.volume_ml / self.compaction, "up")

    def of_hold(self, hold: Hold) -> int | None:
        capacity = hold.capacity_g if self.grams else hold.capacity_ml
        return capacity if self._is_of(hold) else None

    def on_board(self, truck: IndexTruck) -> int:
        """What the truck has in its hold of this dimension when it starts."""
        for hold, (grams, millilitres) in zip(truck.holds, truck.on_board, strict=True):
            if self._is_of(hold):
                return grams if self.grams else millilitres
        return 0

    def _is_of(self, hold: Hold) -> bool:
        return (hold.fractions, hold.compaction) == (self.fractions, self.compaction)


def state_data(layout: Layout, *, required: bool) -> Stated:
    """PyVRP's data; unless `required`, required stops may be left too, at a very high price."""
    model, kinds = layout.model, layout.kinds
    daily = stated_sum(model, kinds)
    dimensions = _dimensions(layout)
    clients, numbers, groups = _clients(layout, dimensions, daily, required=required)
    clients += [_post(layout.first_post + n, dimensions) for n, _ in enumerate(layout.posts)]
    legs, profiles = _all_legs(layout)
    near = ProblemData(
        [Location(0, 0) for _ in layout.rows(leaving=True)],
        clients,
        _depots(layout),
        [_vehicle(layout, n, profiles[n], dimensions, daily) for n, _ in enumerate(kinds)],
        _matrices([own.metres for own in legs]),
        _matrices([own.seconds for own in legs]),
        groups,
    )
    of_kind = tuple(legs[profile] for profile in profiles)
    if daily is None:
        return Stated(layout, of_kind, numbers, near, near)
    for own in legs:
        own.metres[:, : len(model.stops)] += daily.metres
        for stop in range(len(model.stops)):
            own.metres[stop, stop] = 0
    data = near.replace(distance_matrices=_matrices([own.metres for own in legs]))
    return Stated(layout, of_kind, numbers, data, near)


def _all_legs(layout: Layout) -> tuple[list[Legs], list[int]]:
    """Different legs there are, and which of them each kind has."""
    legs: list[Legs] = []
    profiles: list[int] = []
    known: dict[object, int] = {}
    for kind in layout.kinds:
        key = _key(layout, kind)
        if key not in known:
            known[key] = len(legs)
            legs.append(make_legs(layout, kind))
            _add_extras(layout, kind, legs[-1])
        profiles.append(known[key])
    return legs, profiles


def _key(layout: Layout, kind: Kind) -> object:
    """Equal for kinds whose legs are equal."""
    model, own = layout.model, kind.truck
    mine = stops_of(model, kind), tuple(layout.posts_of(kind))
    limited, changes = own.limits.distance_m is not None, tuple(_changes(model, kind))
    return own.factor, own.end_row, own.prices, own.driving, limited, kind.home_tips, mine, changes


def _matrices(all_kinds: list[Ints]) -> Any:
    """As they are: PyVRP's stub asks for `ndarray[int]`, which is no type of an array."""
    return all_kinds


def _dimensions(layout: Layout) -> tuple[Dimension, ...]:
    return tuple(
        dict.fromkeys(
            Dimension(hold.fractions, hold.compaction, grams)
            for kind in layout.kinds
            for hold in kind.truck.holds
            for grams in (True, False)
            if (hold.capacity_g if grams else hold.capacity_ml) is not None
        )
    )


def _clients(
    layout: Layout, dimensions: tuple[Dimension, ...], daily: DailySum | None, *, required: bool
) -> tuple[list[Client], tuple[int, ...], list[ClientGroup]]:
    """A client for each window of each stop; those of one stop exclude each other. What a truck
    does first is done when its route begins.
    """
    model = layout.model
    top = above_everything(model)
    clients: list[Client] = []
    numbers: list[int] = []
    groups: list[ClientGroup] = []
    done = {place for truck in model.trucks for place in truck.first}
    for position, stop in enumerate(model.stops):
        if ("stop", position) in done:
            continue
        windows = _windows(model, stop)
        must = required and stop.required
        prize = 0 if must else _prize(layout, position, top, daily)
        group = len(groups) if len(windows) > 1 else None
        if group is not None:
            members = range(len(clients), len(clients) + len(windows))
            groups.append(ClientGroup(list(members), required=must))
        loads = [dimension.of_stop(stop) for dimension in dimensions]
        for first, last in windows:
            clients.append(
                Client(
                    position,
                    delivery=[0] * len(loads),
                    pickup=loads,
                    service_duration=stop.service_s,
                    tw_early=first,
                    tw_late=last,
                    prize=prize,
                    required=must and group is None,
                    group=group,
                )
            )
            numbers.append(position)
    return clients, tuple(numbers), groups


def _post(location: int, dimensions: tuple[Dimension, ...]) -> Client:
    return Client(location, delivery=[0 for _ in dimensions], pickup=[0 for _ in dimensions])


def _windows(model: IndexModel, stop: IndexStop) -> list[Window]:
    """Windows on the working clock; where none is right for all rules, those on the wall.

    A stop that must be unloaded by some time is done so early that the nearest site can be reached.
    """
    windows = working_windows(stop.windows, lunches_of(model)) or stop.windows
    open_at = [(max(0, first), last) for first, last in windows if last >= max(0, first)]
    if stop.unload_by_s is None or not model.sites:
        return open_at
    legs = model.travel.block([stop.row], [site.row for site in model.sites])[1]
    least_s = int(legs.min() * min(truck.factor for truck in model.trucks))
    last_s = stop.unload_by_s - stop.service_s - least_s
    in_time = [(first, min(last, last_s)) for first, last in open_at if first <= last_s]
    return in_time or open_at


def _prize(layout: Layout, position: int, top: int, daily: DailySum | None) -> int:
    """What leaving a stop costs, less what doing it burns at the stop itself."""
    model, stop = layout.model, layout.model.stops[position]
    trucks = [model.trucks[number].prices for number in stop.trucks]
    work = min(each.per_work_s * stop.service_s + each.per_lift * stop.lifts for each in trucks)
    change = model.change * len(stop.visits) if stop.published is not None else 0
    prize = max(0, stop.prize + change - whole(work)) + (top if stop.required else 0)
    if daily is not None:
        prize += daily.metres[position] * whole(layout.kinds[0].truck.prices.per_m)
    return prize


def above_everything(model: IndexModel) -> int:
    """More than a truck's day can cost together with all prizes there are."""
    day = max(
        truck.prices.fixed
        + (truck.home[-1][1] - truck.leave[0][0])
        * (truck.prices.per_paid_s + truck.prices.per_overtime_s)
        + whole(truck.prices.per_m * 1_000_000)
        for truck in model.trucks
    )
    top = 2 * day + sum(stop.prize for stop in model.stops if not stop.required)
    return min(top, 10**17 // max(1, len(model.stops)))


def _depots(layout: Layout) -> list[Depot]:
    sites, stops = layout.model.sites, len(layout.model.stops)
    depots = [
        Depot(stops + number, *tip.window, sites[tip.sites[0]].unload_s)
        for number, tip in enumerate(layout.tips)
    ]
    depots += [Depot(layout.first_start + number) for number, _ in enumerate(layout.starts)]
    for kind in layout.kinds:
        end = layout.first_end + layout.ends.index(kind.truck.end_row)
        depots.append(Depot(end, *kind.home))
    return depots


def _vehicle(
    layout: Layout,
    number: int,
    profile: int,
    dimensions: tuple[Dimension, ...],
    daily: DailySum | None,
) -> VehicleType:
    kind = layout.kinds[number]
    prices, limits = kind.truck.prices, kind.truck.limits
    first_end = len(layout.tips) + len(layout.starts)
    longest_m = limits.distance_m if daily is None else daily.most_m
    bounds: dict[str, Any] = {} if longest_m is None else {"max_distance": longest_m}
    return VehicleType(
        num_available=len(kind.trucks),
        capacity=[_capacity(layout.model, kind, dimension) for dimension in dimensions],
        initial_load=[dimension.on_board(kind.truck) for dimension in dimensions],
        start_depot=len(layout.tips) + layout.starts.index(kind.truck.start_row),
        end_depot=first_end + number,
        fixed_cost=prices.fixed,
        tw_early=kind.leave[0],
        tw_late=kind.home[1],
        start_late=kind.leave[1],
        shift_duration=kind.shift_s,
        max_overtime=kind.longest_s - kind.shift_s,
        unit_overtime_cost=max(0, prices.per_overtime_s - prices.per_paid_s),
        unit_distance_cost=whole(prices.per_m),
        unit_duration_cost=prices.per_paid_s,
        profile=profile,
        reload_depots=[layout.tips.index(tip) for tip in kind.tips],
        **bounds,
    )


def _capacity(model: IndexModel, kind: Kind, dimension: Dimension) -> int:
    limits = [dimension.of_hold(hold) for hold in kind.truck.holds]
    already = dimension.on_board(kind.truck)
    total = already + sum(dimension.of_stop(stop) for stop in model.stops)
    return max(already, min([total, *(limit for limit in limits if limit is not None)]))


def _add_extras(layout: Layout, kind: Kind, legs: Legs) -> None:
    """Costs that are neither distance nor time, as metres; not where metres are limited."""
    prices, model = kind.truck.prices, layout.model
    if kind.truck.limits.distance_m is not None or whole(prices.per_m) == 0:
        return
    stops = len(model.stops)
    for tip_number, tip in enumerate(layout.tips):
        work_s = sum(model.sites[site].unload_s for site in tip.sites)
        extra = whole(work_s * prices.per_work_s / prices.per_m)
        legs.metres[:, stops + tip_number] += extra
        legs.metres[stops + tip_number, stops + tip_number] = 0
    for position, visits in _changes(model, kind):
        legs.metres[:, position] += min(FORBIDDEN, whole(model.change * visits / prices.per_m))
        legs.metres[position, position] = 0


def _changes(model: IndexModel, kind: Kind) -> Iterator[tuple[int, int]]:
    """Stops that were published on another truck than this one, and their visits."""
    for position, stop in enumerate(model.stops):
        if model.change and stop.published is not None and stop.published != kind.trucks[0]:
            yield position, len(stop.visits)
