"""The objective: every term of the design in millionths of a euro.

What a leg costs is road and energy at half load. Paid time is part of the legs where nothing
makes a truck wait, which is much faster to search; otherwise it is the span from leaving to
coming home. Overtime is a soft bound on coming home. Imbalance is the longest working time,
less the mean over all trucks that could drive (the true mean is over those that do: the
schedule knows it). Change is a price on each stop of a truck that did not have it published.
"""

from typing import Any

import numpy as np

from optimiser.domain.units import whole, whole_array
from optimiser.solvers.index import IndexStop
from optimiser.solvers.ortools_engine.clock import working_end
from optimiser.solvers.ortools_engine.routing import Array, Routing
from optimiser.solvers.ortools_engine.windows import elapsed
from optimiser.solvers.worth import may_wait
from optimiser.travel import UNREACHABLE


def add_costs(routing: Routing, time: Any) -> None:
    """Set all prices on the model."""
    model = routing.nodes.model
    by_span = may_wait(model)
    for truck in routing.trucks:
        own = model.trucks[truck]
        legs = leg_costs(routing, truck, paid=not by_span)
        routing.model.SetArcCostEvaluatorOfVehicle(routing.matrix(legs), truck)
        routing.model.SetFixedCostOfVehicle(own.prices.fixed, truck)
        routing.model.SetVehicleUsedWhenEmpty(own.out, truck)
        if by_span and own.prices.per_paid_s:
            time.SetSpanCostCoefficientForVehicle(own.prices.per_paid_s, truck)
        _price_overtime(routing, time, truck)
    _price_imbalance(routing)
    _price_change(routing)
    _price_leaving(routing)


def leg_costs(routing: Routing, truck: int, *, paid: bool) -> Array:
    """Price of going from one node to another, work at the first included, for all pairs."""
    prices = routing.nodes.model.trucks[truck].prices
    legs = routing.nodes.legs[truck]
    costs = legs.distance_m * prices.per_m + (legs.total_s - legs.driving_s) * prices.per_work_s
    costs = costs + _work_costs(routing, prices.per_work_s, prices.per_lift)[:, None]
    if paid:
        costs = costs + elapsed(routing, truck) * prices.per_paid_s
    return np.minimum(whole_array(costs), UNREACHABLE * 10_000)


def _work_costs(routing: Routing, per_work_s: float, per_lift: float) -> Array:
    stops = routing.nodes.model.stops
    return np.array(
        [
            node.work_s * per_work_s
            + (stops[node.position].lifts * per_lift if node.kind == "stop" else 0)
            for node in routing.nodes.all
        ]
    )


def _price_overtime(routing: Routing, time: Any, truck: int) -> None:
    """What an hour of overtime costs above a plain one, from the shift's end on."""
    own = routing.nodes.model.trucks[truck]
    dearer = own.prices.per_overtime_s - own.prices.per_paid_s
    end_s = working_end(own.shift_end_s, own.lunch if routing.nodes.clock_stops else None)
    if dearer > 0 and routing.nodes.home[truck][-1][1] > end_s:
        time.SetCumulVarSoftUpperBound(routing.model.End(truck), end_s, dearer)


def _price_imbalance(routing: Routing) -> None:
    rate = routing.nodes.model.imbalance_per_s
    if not rate:
        return
    transits = [routing.matrix(elapsed(routing, truck)) for truck in routing.trucks]
    most = [UNREACHABLE - 1] * len(transits)
    working = routing.add_dimension("working time", transits, 0, most, from_zero=True)
    working.SetGlobalSpanCostCoefficient(rate)


def _price_change(routing: Routing) -> None:
    model = routing.nodes.model
    if not model.change or all(stop.published is None for stop in model.stops):
        return
    vectors = [routing.vector(_moved(routing, truck)) for truck in routing.trucks]
    most = [len(model.problem.visits)] * len(vectors)
    changes = routing.add_dimension("changes", vectors, 0, most, from_zero=True)
    changes.SetSpanCostCoefficientForAllVehicles(model.change)


def _moved(routing: Routing, truck: int) -> Array:
    """At each node the visits that were published on another truck."""
    stops = routing.nodes.model.stops
    return np.array(
        [
            len(stops[node.position].visits)
            if node.kind == "stop" and stops[node.position].published not in (None, truck)
            else 0
            for node in routing.nodes.all
        ],
        dtype=np.int64,
    )


def _price_leaving(routing: Routing) -> None:
    """Every stop may be left: for its prize, or for a price above everything if required."""
    top = above_everything(routing)
    for number in routing.nodes.of("stop"):
        stop = routing.nodes.model.stops[routing.nodes.all[number].position]
        routing.model.AddDisjunction([routing.index(number)], leaving(routing, stop, top))
    for number in routing.nodes.of("site"):
        routing.model.AddDisjunction([routing.index(number)], 0)


def leaving(routing: Routing, stop: IndexStop, top: int) -> int:
    """What leaving a stop costs."""
    change = routing.nodes.model.change if stop.published is not None else 0
    return stop.prize + len(stop.visits) * (change + (top if stop.required else 0))


def above_everything(routing: Routing) -> int:
    """More than a truck's whole day could cost together with all prizes there are.

    Kept so low that all visits together stay far inside 64 bits, whatever the prices.
    """
    model = routing.nodes.model
    horizon = max(home[-1][1] for home in routing.nodes.home)
    day = max(
        truck.prices.fixed
        + horizon * (truck.prices.per_paid_s + truck.prices.per_overtime_s + model.imbalance_per_s)
        + whole(_farthest_m(routing) * 50 * truck.prices.per_m)
        for truck in model.trucks
    )
    top = 2 * day + sum(stop.prize for stop in model.stops if not stop.required) + 1
    return min(top, 10**18 // max(1, len(model.problem.visits)))


def _farthest_m(routing: Routing) -> int:
    legs = routing.nodes.legs[0].distance_m
    return int(legs[legs < UNREACHABLE].max(initial=0))
