"""Breaks as intervals, for rules that the stopping clock does not suit (see clock.py)."""

from typing import Any

from optimiser.solvers.ortools_engine.routing import Routing
from optimiser.solvers.ortools_engine.windows import elapsed


def add_breaks(routing: Routing, time: Any) -> None:
    """Give every truck with a rule its break.

    OR-Tools would let a break interrupt a leg. So the whole leg counts as work before the
    break, which then lies between arriving and the next work: stricter than the rule, which
    also allows it before the leg.
    """
    if routing.nodes.clock_stops:
        return
    solver = routing.model.solver()
    for truck in routing.trucks:
        lunch = routing.nodes.model.trucks[truck].lunch
        if lunch is None:
            continue
        pause = solver.FixedDurationIntervalVar(
            lunch.earliest_s, lunch.latest_s, lunch.duration_s, False, f"break of {truck}"
        )
        leg = routing.matrix(elapsed(routing, truck))
        nothing = routing.matrix(elapsed(routing, truck) * 0)
        time.SetBreakIntervalsOfVehicle([pause], truck, leg, nothing)
