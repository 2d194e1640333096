"""What a driver reckons with: when he will be home, how far it is, what will still go in."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Step
from optimiser.domain.problem import Problem
from optimiser.simulator.driving.holds import Holds
from optimiser.simulator.driving.roads import Roads

NEVER = 10**9
"""A second at which nobody is home any more."""


def row_of_step(problem: Problem, truck: Truck, step: Step) -> int:
    """A step's row in the problem's matrix order; breaks have none of their own."""
    match step.kind:
        case "visit":
            return problem.visit_index[step.ref]
        case "unload":
            return problem.site_index[step.ref]
        case "start":
            return problem.start_row(truck)
        case _:
            return problem.depot_index[truck.end_depot_id]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Mean times and distances for one truck."""

    problem: Problem
    truck: Truck
    roads: Roads

    @property
    def home(self) -> int:
        return self.problem.depot_index[self.truck.end_depot_id]

    def home_by(
        self, row: int, now: int, calls: Sequence[tuple[int, int]], todo: Sequence[Step]
    ) -> int:
        """The second at which the truck is home, in the mean, after these calls (row, seconds
        there), the unloading after its last planned stop, and the breaks to come.
        """
        last, rest_s = self._last_unloadings(todo)
        plain = [(target, at_s, NEVER) for target, at_s in calls]
        for target, at_s, closes in [*plain, *last, (self.home, 0, NEVER)]:
            now += self.roads.seconds(row, target, now)
            if now > closes:
                return NEVER
            now, row = now + at_s, target
        return now + rest_s

    def _last_unloadings(self, todo: Sequence[Step]) -> tuple[list[tuple[int, int, int]], int]:
        """Row, length and closing time of unloadings after the last stop; seconds of all breaks."""
        found: list[tuple[int, int, int]] = []
        rest_s, ending = 0, True
        for step in reversed(todo):
            if step.kind == "break":
                rest_s += round((step.departure - step.begin).total_seconds())
            elif step.kind == "unload" and ending:
                site = self.problem.site_by_id[step.ref]
                windows = self.problem.day.windows(site.hours)
                closes = max((last for _, last in windows), default=NEVER)
                found.insert(0, (self.problem.site_index[site.id], site.unload_s, closes))
            ending = ending and step.kind != "visit"
        return found, rest_s

    def metres(self, row: int, calls: Sequence[int], todo: Sequence[Step]) -> int:
        """How far it is to these rows in turn and through all that is planned."""
        rest = [
            row_of_step(self.problem, self.truck, step) for step in todo if step.kind != "break"
        ]
        return sum(self.roads.metres(*leg) for leg in pairwise([row, *calls, *rest]))

    def spare_an_unloading(self, holds: Holds, todo: deque[Step]) -> None:
        """Leave out the next planned unloading if all until the one after it, at the same site,
        should go in on top of what `holds` has.
        """
        steps = list(todo)
        unloadings = [number for number, step in enumerate(steps) if step.kind == "unload"]
        if len(unloadings) < 2 or steps[unloadings[0]].ref != steps[unloadings[1]].ref:
            return
        full = holds.copy()
        for step in steps[: unloadings[1]]:
            if step.kind == "visit":
                each = self.problem.visit_by_id[step.ref]
                if not full.fits(each.fraction, each.mass_kg, each.volume_l):
                    return
                full.put(each.fraction, each.mass_kg, each.volume_l)
        del todo[unloadings[0]]
