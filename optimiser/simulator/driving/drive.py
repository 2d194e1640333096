"""One truck's day as it really goes, from the route that was planned.

The driver keeps to the plan while he can. A bin that no longer goes in makes him unload first and
come back, if the shift allows it; else it is left, as are bins for which it has become too late.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.fractions import mass_kg
from optimiser.domain.plan import Plan, Route, RouteCost, Step
from optimiser.domain.problem import Problem, Visit
from optimiser.emissions import leg_energy, work_energy
from optimiser.schedule.money import route_cost
from optimiser.simulator.driving.holds import Holds
from optimiser.simulator.driving.luck import Luck
from optimiser.simulator.driving.reckoning import Reckoning, row_of_step
from optimiser.simulator.driving.roads import Roads
from optimiser.simulator.levels import Levels
from optimiser.travel import TravelClock, travel_matrix

Why = Literal["full", "late", "closed"]
GRACE_S = 600
"""A driver begins a stop if he expects to be home at most so much after his overtime ends."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A planned stop that was not made: the truck was full, or it was too late for it."""

    visit_id: str
    why: Why


@dataclass(frozen=True, slots=True)
class Driven:
    """What became of one route. `fills` are the levels at which bins were emptied; `detours` are
    unloadings that were not planned.
    """

    truck_id: str
    stops: int
    lifts: int
    unloads: int
    detours: int
    distance_m: int
    duration_s: int
    driving_s: int
    overtime_s: int
    mass_kg: float
    volume_l: float
    co2e_g: float
    cost: RouteCost
    fills: tuple[float, ...]
    missed: tuple[Missed, ...]


def drive(
    problem: Problem, plan: Plan, levels: Levels, row_of: Mapping[str, int], luck: Luck
) -> tuple[Driven, ...]:
    """Drive all routes of a plan, and empty the bins that they reach; `row_of` tells a bin's row
    among the levels by its id. Routes must not share bins.
    """
    travel, clock = travel_matrix(problem), TravelClock(problem)
    number = {truck.id: index for index, truck in enumerate(problem.trucks)}
    done = []
    for route in plan.routes:
        truck = problem.truck_by_id[route.truck_id]
        rows = [row_of_step(problem, truck, step) for step in route.steps if step.kind != "break"]
        rows += problem.site_index.values()
        roads = Roads(travel, clock, rows)
        day = _Drive(
            problem,
            truck,
            number[truck.id],
            roads=roads,
            levels=levels,
            row_of=row_of,
            luck=luck,
        )
        done.append(day.drive(route))
    return tuple(done)


class _Drive:
    """A truck on its way: where it is, what it carries, and sums so far."""

    def __init__(
        self,
        problem: Problem,
        truck: Truck,
        number: int,
        *,
        roads: Roads,
        levels: Levels,
        row_of: Mapping[str, int],
        luck: Luck,
    ) -> None:
        self.problem, self.truck, self.number = problem, truck, number
        self.roads, self.levels, self.row_of, self.luck = roads, levels, row_of, luck
        self.holds = Holds(truck)
        self.reckoning = Reckoning(problem, truck, roads)
        self.ends_s = problem.day.seconds(truck.shift.ends)
        self.latest_s = self.ends_s + truck.shift.overtime_s + GRACE_S
        self.row, self.now = problem.start_row(truck), 0
        self.legs = self.metres = self.driving_s = self.work_s = 0
        self.lifts = self.unloads = self.detours = 0
        self.energy = self.mass = self.volume = 0.0
        self.fills: list[float] = []
        self.missed: list[Missed] = []

    def drive(self, route: Route) -> Driven:
        """Leave at the planned time and do what is left to do, step by step."""
        leave_s = self.now = self._second(route.steps[0])
        todo = deque(route.steps[1:])
        while todo:
            step = todo.popleft()
            match step.kind:
                case "visit":
                    self._visit(self.problem.visit_by_id[step.ref], todo)
                case "unload":
                    self._unload(self.problem.site_by_id[step.ref])
                case "break":
                    self._pause(step, todo)
                case _:
                    self._go(self.reckoning.home)
        return self._driven(self.now - leave_s)

    def _second(self, step: Step) -> int:
        return self.problem.day.elapsed(step.departure)

    def _go(self, row: int) -> None:
        if row == self.row:
            return
        metres = self.roads.metres(self.row, row)
        mean_s = self.roads.seconds(self.row, row, self.now)
        seconds = round(mean_s * self.luck.leg(self.number, self.legs))
        self.energy += leg_energy(self.truck, metres, self.holds.mass_kg)
        self.legs, self.metres = self.legs + 1, self.metres + metres
        self.driving_s, self.now = self.driving_s + seconds, self.now + seconds
        self.row = row

    def _visit(self, visit: Visit, todo: deque[Step]) -> None:
        row = self.problem.visit_index[visit.id]
        if not self._in_time([(row, visit.service_s)], todo):
            self.missed.append(Missed(visit.id, "late"))
            return
        if not self._reached(visit, row):
            return
        if not self._fits(visit):
            if not self._make_room(visit, todo):
                self.missed.append(Missed(visit.id, "full"))
                return
            if not self._reached(visit, row):
                return
        self._empty(visit)

    def _reached(self, visit: Visit, row: int) -> bool:
        """Go to a bin, and wait until it opens; not if it will have closed."""
        windows = self.problem.day.windows(visit.hours)
        expected_s = self.now + self.roads.seconds(self.row, row, self.now)
        if not any(expected_s <= closes for _, closes in windows):
            self.missed.append(Missed(visit.id, "closed"))
            return False
        self._go(row)
        begin = next((max(self.now, opens) for opens, last in windows if self.now <= last), None)
        if begin is None:
            self.missed.append(Missed(visit.id, "closed"))
            return False
        self.now = begin
        return True

    def _content(self, visit: Visit) -> tuple[float, float]:
        """Kilograms and loose litres that really are in the bin now."""
        at_s = round(self.problem.day.instant(self.now).timestamp())
        bin_row = self.row_of[visit.id]
        litres = self.levels.one(bin_row, at_s) * float(self.levels.world.volume_l[bin_row])
        return mass_kg(visit.fraction, litres), litres

    def _fits(self, visit: Visit) -> bool:
        return self.holds.fits(visit.fraction, *self._content(visit))

    def _empty(self, visit: Visit) -> None:
        kg, litres = self._content(visit)
        self.holds.put(visit.fraction, kg, litres)
        bin_row = self.row_of[visit.id]
        at_s = round(self.problem.day.instant(self.now).timestamp())
        self.fills.append(self.levels.empty(bin_row, at_s))
        self.mass, self.volume = self.mass + kg, self.volume + litres
        self.lifts += visit.lifts
        self._work(round(visit.service_s * float(self.luck.service[bin_row])))

    def _work(self, seconds: int) -> None:
        self.work_s, self.now = self.work_s + seconds, self.now + seconds

    def _unload(self, site: DisposalSite) -> None:
        if not self.holds.has_for(site):
            return
        self._go(self.problem.site_index[site.id])
        windows = self.problem.day.windows(site.hours)
        # a truck that comes too late still gets rid of its load: the plant stays open for it
        self.now = next((max(self.now, opens) for opens, last in windows if self.now <= last),
                        self.now)  # fmt: skip
        self._work(round(site.unload_s * self.luck.unload(self.number, self.unloads)))
        self.holds.unload(site)
        self.unloads += 1

    def _pause(self, step: Step, todo: deque[Step]) -> None:
        if step.break_at == "after_leg" and todo:
            self._go(row_of_step(self.problem, self.truck, todo[0]))
        length_s = round((step.departure - step.begin).total_seconds())
        rule = self.truck.break_rule
        if rule is not None and rule.duration_s == length_s:
            self.now = max(self.now, self.problem.day.seconds(rule.earliest))
        self.now += length_s

    def _in_time(self, calls: Sequence[tuple[int, int]], todo: Sequence[Step]) -> bool:
        """Whether the truck should be home in time after these calls (row, seconds there)."""
        return self.reckoning.home_by(self.row, self.now, calls, todo) <= self.latest_s

    def _make_room(self, visit: Visit, todo: deque[Step]) -> bool:
        """Unload at the nearest site that helps; False if there is none, or it is too late."""
        kg, litres = self._content(visit)
        sites = [
            each
            for each in self.problem.disposal_sites
            if self.holds.has_for(each)
            and self._emptied_at(each).fits(visit.fraction, kg, litres)
            and self._in_time(
                [(self._row_of(each), each.unload_s), (self.row, visit.service_s)], todo
            )
            and self._in_range(each, todo)
        ]
        if not sites:
            return False
        self._unload(min(sites, key=lambda each: self.roads.metres(self.row, self._row_of(each))))
        self.detours += 1
        holds = self.holds.copy()
        holds.put(visit.fraction, kg, litres)
        self.reckoning.spare_an_unloading(holds, todo)
        return True

    def _in_range(self, site: DisposalSite, todo: Sequence[Step]) -> bool:
        range_m = self.truck.energy.range_m
        way_m = self.reckoning.metres(self.row, [self._row_of(site), self.row], todo)
        return range_m is None or self.metres + way_m <= range_m

    def _row_of(self, site: DisposalSite) -> int:
        return self.problem.site_index[site.id]

    def _emptied_at(self, site: DisposalSite) -> Holds:
        holds = self.holds.copy()
        holds.unload(site)
        return holds

    def _driven(self, duration_s: int) -> Driven:
        energy = self.energy + work_energy(self.truck, self.work_s, self.lifts)
        co2e_g = energy * self.truck.energy.co2e_g_per_unit
        overtime_s = min(duration_s, max(0, self.now - self.ends_s))
        return Driven(
            truck_id=self.truck.id,
            stops=len(self.fills),
            lifts=self.lifts,
            unloads=self.unloads,
            detours=self.detours,
            distance_m=self.metres,
            duration_s=duration_s,
            driving_s=self.driving_s,
            overtime_s=overtime_s,
            mass_kg=self.mass,
            volume_l=self.volume,
            co2e_g=co2e_g,
            cost=route_cost(
                self.problem,
                self.truck,
                distance_m=self.metres,
                duration_s=duration_s,
                overtime_s=overtime_s,
                co2e_g=co2e_g,
            ),
            fills=tuple(self.fills),
            missed=tuple(self.missed),
        )
