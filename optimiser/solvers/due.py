"""Loads that must be unloaded by some time: which of a truck's visits are unloaded too late."""

from collections.abc import Iterator

from optimiser.domain.problem import Problem
from optimiser.schedule.itinerary import Itinerary
from optimiser.schedule.timing import Timing


def unloaded_late(problem: Problem, stops: Itinerary, timing: Timing) -> Iterator[str]:
    """Ids of visits whose unloading begins after their `unload_by`."""
    holds = stops.truck.compartments
    waiting: list[tuple[int | None, int, str]] = []
    for call, moment in zip(stops.calls, timing.moments, strict=True):
        if call.kind == "visit":
            visit = problem.visit_by_id[call.ref]
            if visit.unload_by is not None:
                hold = stops.truck.compartment_of(visit.fraction)
                waiting.append((hold, problem.day.seconds(visit.unload_by), visit.id))
        elif call.kind == "unload":
            taken = problem.site_by_id[call.ref].fractions
            emptied = {number for number, hold in enumerate(holds) if hold.fractions <= taken}
            yield from (ref for hold, due_s, ref in waiting
                        if hold in emptied and moment.begin > due_s)  # fmt: skip
            waiting = [each for each in waiting if each[0] not in emptied]
