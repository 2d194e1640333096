"""How far and how long a truck may drive in a day: limits and an electric truck's range."""

from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.travel import UNREACHABLE

FAR = UNREACHABLE - 1
"""More than any day; a leg where there is no way is above it."""


def add_reach(routing: Routing) -> None:
    """Add driving distance and driving time, each only where a truck's limit could bind."""
    trucks = routing.nodes.model.trucks
    metres = [routing.nodes.legs[truck].distance_m for truck in routing.trucks]
    seconds = [routing.nodes.legs[truck].driving_s for truck in routing.trucks]
    for name, legs, limits in (
        ("metres", metres, [truck.limits.distance_m for truck in trucks]),
        ("driving", seconds, [truck.limits.driving_s for truck in trucks]),
    ):
        if any(limit is not None for limit in limits):
            capacities = [FAR if limit is None else min(limit, FAR) for limit in limits]
            transits = [routing.matrix(each) for each in legs]
            routing.add_dimension(name, transits, 0, capacities, from_zero=True)
