"""Legs between OR-Tools' nodes: those to the end depot go by a disposal site if they can."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.units import whole_array
from optimiser.solvers.index import IndexModel, IndexTruck, Window
from optimiser.solvers.ortools_engine.rests import with_rests
from optimiser.travel import UNREACHABLE

Kind = Literal["start", "end", "site", "stop"]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its row in the travel matrix; a site's or stop's position in the model."""

    kind: Kind
    row: int
    position: int
    work_s: int
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Legs:
    """Legs between nodes for one kind of truck: metres, seconds driven, seconds in all.

    `total_s` has the unloading of a folded leg and rests in it, but not the work at the node left.
    `way_home` holds for each node the position of the site on its leg home, -1 for none.
    """

    distance_m: Ints
    driving_s: Ints
    total_s: Ints
    way_home: Ints


def legs_of(
    model: IndexModel,
    truck: IndexTruck,
    nodes: tuple[Node, ...],
    home_sites: tuple[int, ...],
    cache: dict[object, Legs],
    *,
    resting: bool,
) -> Legs:
    """A truck's legs, once for all trucks that have the same; `home_sites` are on its way home."""
    loaded = tuple(_may_be_loaded(model, truck, node) for node in nodes)
    key = (truck.factor, truck.end_row, home_sites, truck.prices, truck.driving, loaded)
    if key not in cache:
        legs = _new_legs(model, truck, nodes, home_sites, loaded)
        rule = truck.driving
        if rule is not None:
            total = with_rests(legs.driving_s, legs.total_s, _starts(nodes), rule, rests=resting)
            legs = replace(legs, total_s=total)
        cache[key] = legs
    return cache[key]


def _starts(nodes: tuple[Node, ...]) -> NDArray[np.bool_]:
    return np.array([node.kind == "start" for node in nodes], dtype=bool)


def _may_be_loaded(model: IndexModel, truck: IndexTruck, node: Node) -> bool:
    """Whether a truck that leaves a node may have something on board."""
    if node.kind == "site":
        return not all(map(model.sites[node.position].empties, truck.holds))
    if node.kind == "start":
        return node.row == truck.start_row and any(map(any, truck.on_board))
    return node.kind == "stop"


def _new_legs(
    model: IndexModel,
    truck: IndexTruck,
    nodes: tuple[Node, ...],
    home_sites: tuple[int, ...],
    may_be_loaded: tuple[bool, ...],
) -> Legs:
    rows = np.array([node.row for node in nodes])
    metres, plain_s = model.travel.block(rows, rows)
    driving = np.minimum(_stretched(plain_s, truck.factor), UNREACHABLE)
    total = driving.copy()
    way_home = np.full(len(nodes), -1, dtype=np.int64)
    loaded = np.array(may_be_loaded, dtype=bool)
    if home_sites:
        for end in (number for number, node in enumerate(nodes) if node.kind == "end"):
            best = _fold(model, truck, rows, nodes[end].row, home_sites)
            site, home_m, home_s, work_s = (each[loaded] for each in best)
            metres[loaded, end], driving[loaded, end] = home_m, home_s
            total[loaded, end] = home_s + work_s
            if nodes[end].row == truck.end_row:
                way_home[loaded] = site
    return Legs(metres, driving, np.minimum(total, 2 * UNREACHABLE), way_home)


def _fold(
    model: IndexModel, truck: IndexTruck, rows: Ints, end_row: int, home_sites: tuple[int, ...]
) -> tuple[Ints, Ints, Ints, Ints]:
    """For every node: the site by which home is cheapest, metres, driving and unloading time."""
    sites = [model.sites[position] for position in home_sites]
    at = np.array([site.row for site in sites])
    into_m, into_s = model.travel.block(rows, at)
    out_m, out_s = (each[:, 0] for each in model.travel.block(at, [end_row]))
    metres = into_m + out_m
    driving = _stretched(into_s, truck.factor) + _stretched(out_s, truck.factor)
    work = np.array([site.unload_s for site in sites], dtype=np.int64)
    price = metres * truck.prices.per_m + (driving + work) * max(truck.prices.per_paid_s, 1)
    best = price.argmin(axis=1)
    every = np.arange(len(rows))
    return (
        np.array(home_sites)[best],
        np.minimum(metres[every, best], UNREACHABLE),
        np.minimum(driving[every, best], UNREACHABLE),
        work[best],
    )


def _stretched(plain_s: Ints, factor: float) -> Ints:
    """Seconds in traffic, rounded up."""
    return whole_array(np.asarray(plain_s * factor, dtype=np.float64), "up")
