"""OR-Tools' nodes: start and end depots, copies of disposal sites, stops; and legs between them.

The last unloading is folded into the leg home wherever one site empties the whole truck and is
open all the while that the truck can be out: the leg from a stop to the end depot then goes by
the site that is cheapest from there. So a truck needs copies of sites only for unloading in
mid-route, and one more stop can open a truck by itself, which local search can find.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TypeVar

import numpy as np

from optimiser.solvers.index import IndexModel, IndexSite, IndexTruck, Lunch, Window
from optimiser.solvers.ortools_engine.clock import clock_can_stop, working_end, working_windows
from optimiser.solvers.ortools_engine.legs import Ints, Kind, Legs, Node, legs_of
from optimiser.travel import UNREACHABLE

T = TypeVar("T")


@dataclass(frozen=True)
class Nodes:
    """All nodes, and per truck its start node, end node, legs and windows of leaving and home.

    `first` are the nodes that a truck does first, copies of sites of its own among them.
    `due` is for each node the last second at which the unloading of it may begin.
    `after_unloading_s` is the least time from beginning a folded unloading to being home.
    """

    model: IndexModel
    all: tuple[Node, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    legs: tuple[Legs, ...]
    leave: tuple[tuple[Window, ...], ...]
    home: tuple[tuple[Window, ...], ...]
    folded: tuple[bool, ...]
    first: tuple[tuple[int, ...], ...]
    due: Ints
    after_unloading_s: tuple[int, ...]
    clock_stops: bool

    @cached_property
    def opens(self) -> Ints:
        """First second of each node's windows; 0 for depots."""
        return np.array([node.windows[0][0] if node.windows else 0 for node in self.all])

    @cached_property
    def closes(self) -> Ints:
        """Last second of each node's windows."""
        return np.array([node.windows[-1][1] if node.windows else UNREACHABLE for node in self.all])

    def of(self, kind: Kind) -> list[int]:
        """Numbers of the nodes of a kind."""
        return [number for number, node in enumerate(self.all) if node.kind == kind]

    @cached_property
    def free_sites(self) -> list[int]:
        """Copies of sites that any truck may use."""
        own = {node for nodes in self.first for node in nodes}
        return [node for node in self.of("site") if node not in own]


def make_nodes(model: IndexModel, copies: int, seed: int, *, resting: bool = False) -> Nodes:
    """Number the nodes, with so many copies of every disposal site.

    OR-Tools has no seed of its own; what differs by the seed is the order of the stops.
    `resting`: times have the rests from driving in them (see rests.py).
    """
    stops_clock = clock_can_stop(model)
    lunches = {truck.lunch for truck in model.trucks} if stops_clock else set()
    starts = sorted({truck.start_row for truck in model.trucks})
    ends = sorted({truck.end_row for truck in model.trucks})
    nodes = [Node("start", row, -1, 0, ()) for row in starts]
    nodes += [Node("end", row, -1, 0, ()) for row in ends]
    for position, site in enumerate(model.sites):
        windows = working_windows(site.windows, lunches)
        nodes += [Node("site", site.row, position, site.unload_s, windows)] * copies
    for position, stop in shuffled(enumerate(model.stops), seed):
        windows = working_windows(stop.windows, lunches)
        nodes.append(Node("stop", stop.row, position, stop.service_s, windows))
    first = tuple(_first(truck, nodes) for truck in model.trucks)
    home_sites = [_sites_on_the_way_home(model, truck) for truck in model.trucks]
    cache: dict[object, Legs] = {}
    return Nodes(
        model=model,
        all=tuple(nodes),
        starts=tuple(starts.index(truck.start_row) for truck in model.trucks),
        ends=tuple(len(starts) + ends.index(truck.end_row) for truck in model.trucks),
        legs=tuple(
            legs_of(model, truck, tuple(nodes), tuple(sites), cache, resting=resting)
            for truck, sites in zip(model.trucks, home_sites, strict=True)
        ),
        leave=tuple(_own(truck, truck.leave, stops=stops_clock) for truck in model.trucks),
        home=tuple(
            _home(model, truck, sites, stops=stops_clock)
            for truck, sites in zip(model.trucks, home_sites, strict=True)
        ),
        folded=tuple(bool(sites) for sites in home_sites),
        first=first,
        due=np.array([_due(model, node, lunches) for node in nodes], dtype=np.int64),
        after_unloading_s=tuple(
            min((_after_unloading_s(model, truck, model.sites[site]) for site in sites), default=0)
            for truck, sites in zip(model.trucks, home_sites, strict=True)
        ),
        clock_stops=stops_clock,
    )


def _first(truck: IndexTruck, nodes: list[Node]) -> tuple[int, ...]:
    """The nodes of what a truck does first; those of sites are added, each for this once."""
    numbers = []
    for place in truck.first:
        at = next(n for n, node in enumerate(nodes) if (node.kind, node.position) == place)
        if place[0] == "site":
            nodes.append(nodes[at])
            at = len(nodes) - 1
        numbers.append(at)
    return tuple(numbers)


def _due(model: IndexModel, node: Node, lunches: Iterable[Lunch | None]) -> int:
    """When unloading what a node loads must begin, on the model's clock."""
    by_s = model.stops[node.position].unload_by_s if node.kind == "stop" else None
    if by_s is None:
        return UNREACHABLE
    return min([by_s, *(working_end(by_s, lunch) for lunch in lunches)])


def _after_unloading_s(model: IndexModel, truck: IndexTruck, site: IndexSite) -> int:
    plain_s = model.travel.leg(site.row, truck.end_row)[1]
    return site.unload_s + int(plain_s * truck.factor)


def _own(truck: IndexTruck, windows: tuple[Window, ...], *, stops: bool) -> tuple[Window, ...]:
    return working_windows(windows, {truck.lunch}) if stops else windows


def _home(
    model: IndexModel, truck: IndexTruck, sites: list[int], *, stops: bool
) -> tuple[Window, ...]:
    """When a truck may come home: not before its folded unloading could have begun."""
    opens = max((_home_by_opening(model, truck, model.sites[s]) for s in sites), default=0)
    bounded = tuple((max(a, opens), b) for a, b in truck.home if b >= opens)
    return _own(truck, bounded, stops=stops)


def _home_by_opening(model: IndexModel, truck: IndexTruck, site: IndexSite) -> int:
    if site.windows[0][0] <= truck.leave[0][0]:
        return 0
    leg_s = int(model.travel.leg(site.row, truck.end_row)[1] * truck.factor) + 1
    return site.windows[0][0] + site.unload_s + leg_s


def _sites_on_the_way_home(model: IndexModel, truck: IndexTruck) -> list[int]:
    """Sites that empty the whole truck, and are open until it must be home.

    They may open late by a few hours: a truck that could be home before waits for it. One that
    opens too late for the truck to be home in time is none of them.
    """
    return [
        position
        for position, site in enumerate(model.sites)
        if all(site.empties(hold) for hold in truck.holds)
        and len(site.windows) == 1
        and site.windows[0][0] <= truck.leave[0][0] + 4 * 3600
        and _last_unload(model, truck, site) <= site.windows[0][1]
        and _home_by_opening(model, truck, site) <= truck.home[-1][1]
        and model.travel.leg(site.row, truck.end_row)[1] < UNREACHABLE
    ]


def _last_unload(model: IndexModel, truck: IndexTruck, site: IndexSite) -> int:
    """The latest second at which unloading there can begin for a truck that is home in time."""
    _, plain_s = model.travel.leg(site.row, truck.end_row)
    least = min(model.problem.travel.hour_factors)
    return truck.home[-1][1] - site.unload_s - int(plain_s * least)


def shuffled(values: Iterable[T], seed: int) -> list[T]:
    """Values in an order that depends on the seed alone."""
    mixed = list(values)
    Random(seed).shuffle(mixed)  # noqa: S311  # a search needs no secret randomness
    return mixed


def copies_needed(model: IndexModel) -> int:
    """Copies of each disposal site: about the trips there can be, and a few to choose from."""
    trips = 0
    for fraction in {stop.fraction for stop in model.stops}:
        stops = [stop for stop in model.stops if stop.fraction == fraction]
        holds = [t.holds[h] for t in model.trucks if (h := t.hold_of(fraction)) is not None]
        grams = min((h.capacity_g for h in holds if h.capacity_g), default=0)
        millilitres = min((h.capacity_ml for h in holds if h.capacity_ml), default=0)
        trips += max(
            -(-sum(stop.mass_g for stop in stops) // grams) if grams else 0,
            -(-sum(stop.volume_ml for stop in stops) // millilitres) if millilitres else 0,
        )
    return min(len(model.stops), trips + 1) + len(model.trucks)
