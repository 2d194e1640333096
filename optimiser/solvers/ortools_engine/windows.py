"""Time: legs and work, windows of stops, sites and depots, shift, overtime, longest duration."""

import itertools
from typing import Any

import numpy as np

from optimiser.solvers.index import Window
from optimiser.solvers.ortools_engine.routing import Array, Routing

TIME = "time"


def add_time(routing: Routing) -> Any:
    """Add the dimension of time with every window; returns it."""
    nodes = routing.nodes
    horizon = max(home[-1][1] for home in nodes.home)
    transits = [routing.matrix(elapsed(routing, truck)) for truck in routing.trucks]
    time = routing.add_dimension(
        TIME, transits, horizon, [horizon] * len(transits), from_zero=False
    )
    for number, node in enumerate(nodes.all):
        if node.kind in ("stop", "site"):
            _bound(time.CumulVar(routing.index(number)), node.windows, horizon)
    for truck in routing.trucks:
        _bound(time.CumulVar(routing.model.Start(truck)), nodes.leave[truck], horizon)
        _bound(time.CumulVar(routing.model.End(truck)), nodes.home[truck], horizon)
        _limit_duration(routing, time, truck)
    return time


def elapsed(routing: Routing, truck: int) -> Array:
    """Seconds from beginning work at a node to reaching the next, for all pairs."""
    work = np.array([node.work_s for node in routing.nodes.all])
    seconds: Array = routing.nodes.legs[truck].total_s + work[:, None]
    return seconds


def _bound(cumul: Any, windows: tuple[Window, ...], horizon: int) -> None:
    """Keep a time inside its windows: the hull, less the gaps."""
    first, last = max(0, windows[0][0]), min(horizon, windows[-1][1])
    if first > last:  # opens only after everyone is home: never visited, but still a valid range
        first = last = horizon
    cumul.SetRange(first, last)
    for (_, closes), (opens, _) in itertools.pairwise(windows):
        if closes + 1 <= opens - 1:
            cumul.RemoveInterval(closes + 1, opens - 1)


def _limit_duration(routing: Routing, time: Any, truck: int) -> None:
    """The longest day. On the stopped clock the break does not count, so it is taken off."""
    own = routing.nodes.model.trucks[truck]
    if own.limits.duration_s is not None:
        pause_s = own.lunch.duration_s if own.lunch and routing.nodes.clock_stops else 0
        time.SetSpanUpperBoundForVehicle(max(0, own.limits.duration_s - pause_s), truck)
