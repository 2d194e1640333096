"""Trying a left visit in a truck's route: where it could go, what that costs, what forbids it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action, TruckOrder
from optimiser.explain.fits import Misfit, misfit, timeless_misfit
from optimiser.explain.never import sites_for
from optimiser.explain.room import eur
from optimiser.schedule.homeward import homeward
from optimiser.schedule.itinerary import itinerary
from optimiser.schedule.load import loads
from optimiser.schedule.route import route_sums
from optimiser.schedule.timing import best_timing
from optimiser.travel import UNREACHABLE, TravelClock, TravelMatrix

POSITIONS_TRIED = 4
"""Cheapest places per truck that are worked out exactly; farther ones are dearer."""

FURTHER_TRIES = 300
"""So many places in all are worked out one by one for required visits, where it is not known
without that whether they fit: about a second for routes of a hundred stops."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order with the visit put in, and a cheap guess of what that adds.

    The guess is infinite where a leg of it has no way.
    """

    order: TruckOrder
    guess_eur: float


@dataclass(frozen=True, slots=True)
class Try:
    """A candidate worked out: what it adds exactly, and what forbids it, if anything does."""

    truck_id: str
    extra_eur: float
    misfit: Misfit | None


class Inserter:
    """Tries left visits in the routes of one plan."""

    def __init__(self, problem: Problem, travel: TravelMatrix, plan: Plan) -> None:
        self._problem, self._travel = problem, travel
        self._clock = TravelClock(problem)
        self._further = FURTHER_TRIES
        self._cost = {route.truck_id: route.cost.total_eur for route in plan.routes}
        self._orders = {
            route.truck_id: tuple(
                Action("visit" if step.kind == "visit" else "unload", step.ref)
                for step in route.steps
                if step.kind in {"visit", "unload"}
            )
            for route in plan.routes
        }

    def candidates(
        self, visit: Visit, truck: Truck, most: int | None = POSITIONS_TRIED
    ) -> list[Candidate]:
        """The cheapest places for a visit on one truck, or all of them, cheapest guess first."""
        sites = [site.id for site in sites_for(self._problem, truck, visit.fraction)]
        found = [
            *self._before_an_unload(visit, truck, sites, most),
            *self._at_the_end(visit, truck, sites),
        ]
        return sorted(found, key=lambda each: each.guess_eur)[:most]

    def order_of(self, truck: Truck) -> tuple[Action, ...]:
        """What a truck does between its start and home."""
        return self._orders.get(truck.id, ())

    def put(self, truck: Truck, at: int, visit: Visit, guess_eur: float) -> Candidate:
        """A visit put before a truck's action number `at`."""
        actions = self._orders.get(truck.id, ())
        actions = (*actions[:at], Action("visit", visit.id), *actions[at:])
        return Candidate(TruckOrder(truck.id, actions), guess_eur)

    def trip(self, truck: Truck, visit: Visit, site_id: str, guess_eur: float) -> Candidate:
        """A visit with an unloading of its own after everything else."""
        actions = (
            *self._orders.get(truck.id, ()),
            Action("visit", visit.id),
            Action("unload", site_id),
        )
        return Candidate(TruckOrder(truck.id, actions), guess_eur)

    def look_further(self, visit: Visit, trucks: Sequence[Truck]) -> Iterator[Try]:
        """Work out all places on some trucks, until one fits or the tries are up."""
        rest = [
            candidate
            for truck in trucks
            if self._further > 0
            for candidate in self.candidates(visit, truck, None)
            if candidate.guess_eur < inf
        ]
        for candidate in sorted(rest, key=lambda each: each.guess_eur)[: self._further]:
            self._further -= 1
            tried = self.attempt(candidate)
            yield tried
            if tried.misfit is None:
                return

    def alone(self, visit: Visit, trucks: Sequence[Truck]) -> Iterator[Try]:
        """The visit as the only one of the day, on each truck by each site: besides nothing but
        what the truck does in any case.
        """
        for truck in trucks:
            first = truck.first
            bound = homeward(self._problem, self._travel, truck).actions[len(first) :]
            for site in sites_for(self._problem, truck, visit.fraction):
                trip = (Action("visit", visit.id), Action("unload", site.id))
                rest = tuple(each for each in bound if each != trip[1])
                for actions in dict.fromkeys(((*first, *trip, *rest), (*first, *bound, *trip))):
                    yield self.attempt(Candidate(TruckOrder(truck.id, actions), 0.0))

    def attempt(self, candidate: Candidate) -> Try:
        """Work a candidate out exactly."""
        stops = itinerary(self._problem, self._travel, candidate.order)
        carried = loads(self._problem, stops)
        plain = timeless_misfit(stops, carried)
        if plain is not None:  # the times, most of the work, cannot mend that
            return Try(candidate.order.truck_id, inf, plain)
        timing = best_timing(stops, self._clock)
        sums = route_sums(self._problem, stops, timing, carried)
        truck_id = candidate.order.truck_id
        extra_eur = sums.cost.total_eur - self._cost.get(truck_id, 0.0)
        return Try(truck_id, extra_eur, misfit(stops, timing, sums))

    def take(self, candidate: Candidate, tried: Try) -> None:
        """Go on with this candidate's order as the truck's own."""
        truck_id = candidate.order.truck_id
        self._orders[truck_id] = candidate.order.actions
        self._cost[truck_id] = self._cost.get(truck_id, 0.0) + tried.extra_eur

    def _before_an_unload(
        self, visit: Visit, truck: Truck, sites: Sequence[str], most: int | None
    ) -> list[Candidate]:
        """Places where a later unloading empties the visit's compartment."""
        actions = self._orders.get(truck.id, ())
        emptied = [
            at for at, each in enumerate(actions) if each.kind == "unload" and each.ref in sites
        ]
        if not emptied:
            return []
        begun = len(truck.first)
        if emptied[-1] < begun:
            return []
        rows = np.array(self._rows(truck, actions))[begun : emptied[-1] + 2]
        row = self._problem.visit_index[visit.id]
        into = [each[:, 0] for each in self._travel.block(rows[:-1], [row])]
        out = [each[0] for each in self._travel.block([row], rows[1:])]
        was = self._travel.along(rows)
        metres, seconds = (a + b - c for a, b, c in zip(into, out, was, strict=True))
        no_way = (into[1] >= UNREACHABLE) | (out[1] >= UNREACHABLE)
        guesses = np.where(no_way, inf, eur(truck, metres, seconds + visit.service_s))
        return [
            self.put(truck, begun + int(at), visit, float(guesses[at]))
            for at in np.argsort(guesses, kind="stable")[:most]
        ]

    def _at_the_end(self, visit: Visit, truck: Truck, sites: Sequence[str]) -> list[Candidate]:
        """A trip of its own after everything else; on an idle truck, the whole route."""
        actions = self._orders.get(truck.id, ())
        *_, last, home = self._rows(truck, actions)
        row = self._problem.visit_index[visit.id]
        fixed = 0.0 if actions or truck.present else truck.cost_fixed_eur
        found = []
        for site in sites:
            at = self._problem.site_index[site]
            new_m, new_s = self._travel.along((last, row, at, home))
            old_m, old_s = self._travel.leg(last, home)
            metres, seconds = int(new_m.sum()) - old_m, int(new_s.sum()) - old_s
            work_s = visit.service_s + self._problem.site_by_id[site].unload_s
            no_way = bool(new_s.max() >= UNREACHABLE)
            guess = fixed + float(eur(truck, np.array(metres), np.array(seconds + work_s)))
            found.append(self.trip(truck, visit, site, inf if no_way else guess))
        return found

    def _rows(self, truck: Truck, actions: Sequence[Action]) -> list[int]:
        """Matrix rows of a route from depot to depot."""
        index = {"visit": self._problem.visit_index, "unload": self._problem.site_index}
        return [
            self._problem.start_row(truck),
            *(index[action.kind][action.ref] for action in actions),
            self._problem.depot_index[truck.end_depot_id],
        ]
