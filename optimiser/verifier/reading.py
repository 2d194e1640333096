"""The plan read once into plain numbers: seconds, matrix rows, and what is carried."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.plan import Plan, Route, Step
from optimiser.domain.problem import Problem, Visit
from optimiser.verifier.cargo import Cargo, follow
from optimiser.verifier.roads import Roads, roads_of
from optimiser.verifier.traffic import Traffic, traffic_of


class Halt(NamedTuple):
    """A step with its times in seconds of the service day and its row in matrix order.

    `position` counts from 0. `row`, `visit` and `site` are None where the problem knows no
    such place. `driven` says whether a leg leads here: none leads to the start, to a break
    before a leg, or away from a break after one.
    """

    position: int
    step: Step
    row: int | None
    driven: bool
    arrival_s: float
    begin_s: float
    departure_s: float
    visit: Visit | None
    site: DisposalSite | None


@dataclass(frozen=True)
class Trip:
    """A route with its truck, if the problem has it, and its halts."""

    route: Route
    truck: Truck | None
    halts: tuple[Halt, ...]
    cargo: tuple[Cargo, ...]

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(halt.visit for halt in self.halts if halt.visit is not None)

    @cached_property
    def stops(self) -> int:
        return sum(halt.step.kind == "visit" for halt in self.halts)

    @cached_property
    def distance_m(self) -> int:
        return sum(halt.step.distance_m for halt in self.halts)

    @cached_property
    def driving_s(self) -> int:
        return sum(halt.step.driving_s for halt in self.halts)

    @cached_property
    def mass_kg(self) -> float:
        return sum(visit.mass_kg for visit in self.visits)

    @cached_property
    def volume_l(self) -> float:
        return sum(visit.volume_l for visit in self.visits)

    @property
    def leave_s(self) -> float:
        return self.halts[0].departure_s if self.halts else 0.0

    @property
    def home_s(self) -> float:
        return self.halts[-1].begin_s if self.halts else 0.0

    @property
    def duration_s(self) -> float:
        return self.home_s - self.leave_s

    def overtime_s(self, shift_end_s: int) -> float:
        """Paid time after the shift's end; all of it for a truck that leaves after it."""
        return min(self.duration_s, max(0.0, self.home_s - shift_end_s))


class Case:
    """A problem and a plan of it, as the rules look at them."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.roads: Roads = roads_of(problem)
        self.traffic: Traffic = traffic_of(problem.day, problem.travel.hour_factors)
        self.trips = tuple(_trip(problem, route) for route in plan.routes)
        self._open: dict[tuple[Hours, ...], tuple[tuple[int, int], ...]] = {}

    def windows(self, hours: tuple[Hours, ...]) -> tuple[tuple[int, int], ...]:
        """Open spans of the day; many visits share their hours."""
        if hours not in self._open:
            self._open[hours] = self.problem.day.windows(hours)
        return self._open[hours]

    def shift_end_s(self, truck: Truck) -> int:
        """Second of the day at which regular time ends."""
        return self.problem.day.seconds(truck.shift.ends)


def _trip(problem: Problem, route: Route) -> Trip:
    truck = problem.truck_by_id.get(route.truck_id)
    rows = _rows(problem, truck, route.steps)
    halts = tuple(
        _halt(problem, route.steps, rows[index], index) for index in range(len(route.steps))
    )
    cargo = follow(truck, ((halt.visit, halt.site) for halt in halts)) if truck else []
    return Trip(route, truck, halts, tuple(cargo))


def _halt(problem: Problem, steps: tuple[Step, ...], row: int | None, index: int) -> Halt:
    step, midnight = steps[index], problem.day.start
    return Halt(
        index,
        step,
        row,
        _is_driven(steps, index),
        (step.arrival - midnight).total_seconds(),
        (step.begin - midnight).total_seconds(),
        (step.departure - midnight).total_seconds(),
        problem.visit_by_id.get(step.ref) if step.kind == "visit" else None,
        problem.site_by_id.get(step.ref) if step.kind == "unload" else None,
    )


def _is_driven(steps: tuple[Step, ...], index: int) -> bool:
    if index == 0 or (steps[index].kind == "break" and steps[index].break_at != "after_leg"):
        return False
    before = steps[index - 1]
    return not (before.kind == "break" and before.break_at == "after_leg")


def _rows(problem: Problem, truck: Truck | None, steps: tuple[Step, ...]) -> list[int | None]:
    """Row of each step; a break is where the step before it was or the one after it is.

    A truck under way starts where it is, which has no ref.
    """
    known: dict[str, dict[str, int]] = {
        "start": problem.depot_index,
        "end": problem.depot_index,
        "visit": problem.visit_index,
        "unload": problem.site_index,
        "break": {},
    }
    rows = [known[step.kind].get(step.ref) for step in steps]
    if truck is not None and truck.present is not None and steps and steps[0].kind == "start":
        rows[0] = problem.present_index[truck.id]
    ahead: int | None = None
    for index in reversed(range(len(steps))):
        if steps[index].kind != "break":
            ahead = rows[index]
        elif steps[index].break_at == "after_leg":
            rows[index] = ahead
    for index in range(1, len(steps)):
        if steps[index].kind == "break" and steps[index].break_at != "after_leg":
            rows[index] = rows[index - 1]
    return rows
