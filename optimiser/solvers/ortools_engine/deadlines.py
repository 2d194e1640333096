"""Unloading in time: what some stops load must be on its way off the truck by a given second.

For each hold there is a dimension of pressure: the horizon less the earliest time by which
something on board must be unloaded. A stop with a deadline can only raise it, a site that
empties the hold lets go of it, and at a site pressure and time together stay within the horizon.

A folded unloading begins some time before the truck is home; the least that this can be is
taken, so with several sites on the way home some plans that are just in time are not seen.
"""

from typing import Any

import numpy as np

from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.travel import UNREACHABLE


def add_deadlines(routing: Routing, time: Any) -> None:
    """Add the pressure on every hold that takes a stop with a deadline."""
    trucks = routing.nodes.model.trucks
    for position in range(max(len(truck.holds) for truck in trucks)):
        due = _due(routing, position)
        if due:
            _add_pressure(routing, time, position, due)


def _due(routing: Routing, position: int) -> dict[int, int]:
    """Nodes that put something with a deadline into that hold of some truck."""
    nodes = routing.nodes
    found = {}
    for number in np.flatnonzero(nodes.due < UNREACHABLE).tolist():
        stop = nodes.model.stops[nodes.all[number].position]
        if any(nodes.model.trucks[t].hold_of(stop.fraction) == position for t in stop.trucks):
            found[number] = int(nodes.due[number])
    return found


def _add_pressure(routing: Routing, time: Any, position: int, due: dict[int, int]) -> None:
    nodes, model, solver = routing.nodes, routing.model, routing.model.solver()
    horizon = max(home[-1][1] for home in nodes.home)
    vectors = []
    for own in nodes.model.trucks:
        empties = [
            node.kind == "site"
            and position < len(own.holds)
            and nodes.model.sites[node.position].empties(own.holds[position])
            for node in nodes.all
        ]
        vectors.append(routing.vector(np.where(empties, -horizon, 0)))
    pressure = routing.add_dimension(
        f"pressure on hold {position}", vectors, horizon, [horizon] * len(vectors), from_zero=True
    )
    for number in nodes.of("stop") + nodes.of("site"):
        index = routing.index(number)
        model.AddVariableMinimizedByFinalizer(pressure.CumulVar(index))
        if nodes.all[number].kind == "site":
            solver.Add(pressure.CumulVar(index) + time.CumulVar(index) <= horizon)
    for number, by_s in due.items():
        pressure.CumulVar(routing.index(number)).SetMin(max(0, horizon - max(0, by_s)))
    for truck in routing.trucks:
        if nodes.folded[truck]:
            end = model.End(truck)
            late = horizon + nodes.after_unloading_s[truck]
            solver.Add(pressure.CumulVar(end) + time.CumulVar(end) <= late)
