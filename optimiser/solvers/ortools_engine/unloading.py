"""Loads: each hold of a truck, in grams and millilitres, emptied at disposal sites.

A stop adds its load. A copy of a site takes off more than any hold can have, and the slack
there gives back the excess, so that the load after it can be nothing. A truck under way starts
with what it has on board; if that is above its capacity, it is its capacity. A truck whose last
unloading is not folded into its leg home must come home with nothing in each hold; for it
whatever weighs nothing counts as a gram, so that it is not forgotten on board.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from optimiser.domain.units import whole_array
from optimiser.solvers.index import Hold, IndexStop
from optimiser.solvers.ortools_engine.routing import Array, Routing

Measure = Literal["g", "ml"]
MEASURES: tuple[Measure, ...] = ("g", "ml")


def add_loads(routing: Routing) -> None:
    """Add a dimension per position of a hold and measure that limits any truck."""
    model = routing.nodes.model
    for position in range(max(len(truck.holds) for truck in model.trucks)):
        for measure in MEASURES:
            if _matters(routing, position, measure):
                _add_load(routing, position, measure)


def _matters(routing: Routing, position: int, measure: Measure) -> bool:
    """Whether a hold has this limit; a hold with none still has to come home empty."""
    holds = [t.holds[position] for t in routing.nodes.model.trucks if position < len(t.holds)]
    limited = any(_capacity(hold, measure) is not None for hold in holds)
    unlimited = any(hold.capacity_g is None and hold.capacity_ml is None for hold in holds)
    return limited or unlimited


def _add_load(routing: Routing, position: int, measure: Measure) -> None:
    nodes, trucks = routing.nodes, routing.nodes.model.trucks
    loads = [_loads(routing, truck, position, measure) for truck in routing.trucks]
    on_board = [_on_board(routing, truck, position, measure) for truck in routing.trucks]
    total = int(max(each[each > 0].sum() for each in loads)) + max(on_board)
    capacities = [
        max(min(total, _limit(truck.holds[position : position + 1], measure, total)), already)
        for truck, already in zip(trucks, on_board, strict=True)
    ]
    most = max(1, *capacities)
    vectors = [routing.vector(np.where(each < 0, -most, each)) for each in loads]
    load = routing.add_dimension(
        f"{measure} in hold {position}", vectors, most, capacities, from_zero=not any(on_board)
    )
    for number, node in enumerate(nodes.all):
        if node.kind == "stop":
            load.SlackVar(routing.index(number)).SetValue(0)
    for truck in routing.trucks:
        load.SlackVar(routing.model.Start(truck)).SetValue(0)
        load.CumulVar(routing.model.Start(truck)).SetValue(on_board[truck])
        if not nodes.folded[truck]:
            load.CumulVar(routing.model.End(truck)).SetValue(0)


def _on_board(routing: Routing, truck: int, position: int, measure: Measure) -> int:
    own = routing.nodes.model.trucks[truck]
    if position >= len(own.holds) or not any(own.on_board[position]):
        return 0
    something = 0 if routing.nodes.folded[truck] else 1
    return max(something, own.on_board[position][0 if measure == "g" else 1])


def _limit(holds: tuple[Hold, ...], measure: Measure, otherwise: int) -> int:
    capacity = _capacity(holds[0], measure) if holds else otherwise
    return otherwise if capacity is None else capacity


def _capacity(hold: Hold, measure: Measure) -> int | None:
    return hold.capacity_g if measure == "g" else hold.capacity_ml


def _loads(routing: Routing, truck: int, position: int, measure: Measure) -> Array:
    """What each node puts into a hold of this truck; -1 where a site empties it."""
    own = routing.nodes.model.trucks[truck]
    loads = np.zeros(len(routing.nodes.all), dtype=np.int64)
    if position >= len(own.holds):
        return loads
    hold = own.holds[position]
    for number, node in enumerate(routing.nodes.all):
        if node.kind == "site":
            loads[number] = -1 if routing.nodes.model.sites[node.position].empties(hold) else 0
        elif node.kind == "stop":
            stop = routing.nodes.model.stops[node.position]
            if stop.fraction in hold.fractions:
                something = not routing.nodes.folded[truck] and stop.mass_g + stop.volume_ml > 0
                loads[number] = max(int(something), _amount(stop, hold, measure))
    return loads


def _amount(stop: IndexStop, hold: Hold, measure: Measure) -> int:
    if measure == "g":
        return stop.mass_g
    return int(whole_array(np.array([stop.volume_ml / hold.compaction]), "up")[0])


Demand = Callable[[IndexStop], int]


def add_daily_sums(routing: Routing) -> None:
    """Limits on what a truck collects in a day: stops, mass, loose volume."""
    trucks = routing.nodes.model.trucks
    _add_sum(routing, "stops", lambda stop: len(stop.visits), [t.limits.stops for t in trucks])
    _add_sum(routing, "grams", lambda stop: stop.mass_g, [t.limits.mass_g for t in trucks])
    _add_sum(routing, "litres", lambda stop: stop.volume_ml, [t.limits.volume_ml for t in trucks])


def _add_sum(routing: Routing, name: str, demand: Demand, limits: list[int | None]) -> None:
    model = routing.nodes.model
    total = sum(demand(stop) for stop in model.stops)
    if all(limit is None or limit >= total for limit in limits):
        return
    amounts = np.array(
        [demand(model.stops[n.position]) if n.kind == "stop" else 0 for n in routing.nodes.all],
        dtype=np.int64,
    )
    capacities = [total if limit is None else min(limit, total) for limit in limits]
    routing.add_dimension(
        f"{name} of a day", [routing.vector(amounts)] * len(limits), 0, capacities, from_zero=True
    )
