"""Breaks as intervals, for rules that the stopping clock does not suit (see clock.py)."""

from typing import Any

from optimiser.solvers.ortools_engine.routing import Routing


def add_breaks(routing: Routing, time: Any) -> None:
    """Give every truck with a rule its break, kept apart from all work at nodes.

    OR-Tools lets a break interrupt a leg, which the rule does not; the true schedule then waits
    for the break, or takes it first, and is a little later. The keeper sees that.
    """
    if routing.nodes.clock_stops:
        return
    solver = routing.model.solver()
    work = [
        routing.nodes.all[routing.manager.IndexToNode(index)].work_s
        for index in range(routing.model.Size() + len(routing.trucks))
    ]
    for truck in routing.trucks:
        lunch = routing.nodes.model.trucks[truck].lunch
        if lunch is not None:
            pause = solver.FixedDurationIntervalVar(
                lunch.earliest_s, lunch.latest_s, lunch.duration_s, False, f"break of {truck}"
            )
            time.SetBreakIntervalsOfVehicle([pause], truck, work)
