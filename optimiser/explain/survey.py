"""Where each of many left visits could go, truck by truck, and what stands in the way there."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.fits import Misfit, minutes, over_limit, overfull
from optimiser.explain.insertion import Candidate, Inserter
from optimiser.explain.never import sites_for
from optimiser.explain.room import Places, Room
from optimiser.travel import TravelClock, TravelMatrix


@dataclass(frozen=True, slots=True)
class Option:
    """A place that fits, `surely` or as far as was looked, and a guess of what it adds."""

    truck_id: str
    guess_eur: float
    surely: bool
    candidate: Callable[[], Candidate]


@dataclass
class Found:
    """What was found for one visit: options, what forbids others, and the cheapest guess of all."""

    options: list[Option] = field(default_factory=list)
    misfits: list[tuple[Misfit, str]] = field(default_factory=list)
    least_eur: float = inf
    least_truck: str = ""

    def guessed(self, guess_eur: float, truck_id: str) -> None:
        if guess_eur < self.least_eur:
            self.least_eur, self.least_truck = guess_eur, truck_id


class Survey:
    """Looks for places in the routes of one plan."""

    def __init__(
        self, problem: Problem, travel: TravelMatrix, plan: Plan, inserter: Inserter
    ) -> None:
        self._problem, self._travel, self._inserter = problem, travel, inserter
        self._clock = TravelClock(problem)
        self._routes: Mapping[str, Route] = {route.truck_id: route for route in plan.routes}

    def of(
        self, truck: Truck, visits: Sequence[Visit], most_eur: Mapping[str, float]
    ) -> Iterator[tuple[str, Callable[[Found], None]]]:
        """Visit ids with what to note of this truck. Places guessed dearer than the visit's
        `most_eur` are not looked at.
        """
        route = self._routes.get(truck.id)
        room = Room(
            self._problem,
            self._travel,
            self._clock,
            truck=truck,
            actions=self._inserter.order_of(truck),
            route=route,
        )
        groups: dict[str, list[Visit]] = defaultdict(list)
        for visit in visits:
            over = _over_limits(truck, route, visit)
            if over is not None:
                yield visit.id, _noting(over, truck)
            else:
                groups[visit.fraction].append(visit)
        for group in groups.values():
            yield from self._in_group(room, group, most_eur)

    def _in_group(
        self, room: Room, visits: list[Visit], most_eur: Mapping[str, float]
    ) -> Iterator[tuple[str, Callable[[Found], None]]]:
        limit = np.array([most_eur[visit.id] for visit in visits])
        places = room.places(visits, limit)
        for number, visit in enumerate(visits):
            yield visit.id, self._note_places(room, visit, places, number)
        for site in sites_for(self._problem, room.truck, visits[0].fraction):
            guess, late = room.trips(visits, site)
            for number, visit in enumerate(visits):
                if guess[number] <= limit[number]:
                    trip = float(guess[number]), float(late[number])
                    yield visit.id, self._note_trip(room.truck, visit, site.id, *trip)
                else:
                    yield visit.id, _guessing(float(guess[number]), room.truck)

    def _note_places(
        self, room: Room, visit: Visit, places: Places, number: int
    ) -> Callable[[Found], None]:
        truck, guess = room.truck, float(places.fits_eur[number])
        at = int(places.fits_at[number])

        def note(found: Found) -> None:
            found.guessed(float(places.guess_eur[number]), truck.id)
            if guess < inf:
                surely = room.sure and visit.unload_by is None
                found.options.append(
                    Option(
                        truck.id,
                        guess,
                        surely,
                        lambda: self._inserter.put(truck, at, visit, guess),
                    )
                )
            misfit = _misfit(truck, places, number)
            if misfit is not None and guess == inf:
                found.misfits.append((misfit, truck.id))

        return note

    def _note_trip(
        self, truck: Truck, visit: Visit, site_id: str, guess: float, late: float
    ) -> Callable[[Found], None]:
        def note(found: Found) -> None:
            found.guessed(guess, truck.id)
            if late == 0:
                found.options.append(
                    Option(
                        truck.id,
                        guess,
                        False,
                        lambda: self._inserter.trip(truck, visit, site_id, guess),
                    )
                )
            elif late < inf and truck.id not in {each for _, each in found.misfits}:
                found.misfits.append((_too_late(late), truck.id))

        return note


def _guessing(guess: float, truck: Truck) -> Callable[[Found], None]:
    return lambda found: found.guessed(guess, truck.id)


def _noting(misfit: Misfit, truck: Truck) -> Callable[[Found], None]:
    return lambda found: found.misfits.append((misfit, truck.id))


def _over_limits(truck: Truck, route: Route | None, visit: Visit) -> Misfit | None:
    """What a route would have more of with the visit, wherever it goes, than it may have."""
    most = truck.limits
    for unit, found, more, allowed in (
        ("stops", route.stops if route else 0, 1, most.stops),
        ("kg a day", route.mass_kg if route else 0, visit.mass_kg, most.mass_kg),
        ("litres a day", route.volume_l if route else 0, visit.volume_l, most.volume_l),
    ):
        if allowed is not None and found + more > allowed + 1e-3:
            return over_limit(unit, found + more, allowed)
    return None


def _misfit(truck: Truck, places: Places, number: int) -> Misfit | None:
    """What forbids the places in a route: the nearest miss of one kind."""
    if places.over_m[number] < inf:
        limits = (truck.limits.distance_m, truck.energy.range_m)
        most = min(each for each in limits if each is not None)
        return over_limit("metres", most + places.over_m[number], most)
    if places.over_kg[number] < inf:
        return overfull(float(places.over_kg[number]), "kg")
    if places.over_l[number] < inf:
        return overfull(float(places.over_l[number]), "l")
    if places.late_s[number] < inf:
        return _too_late(float(places.late_s[number]))
    return None


def _too_late(late_s: float) -> Misfit:
    text = f"it or what comes after it would be {minutes(late_s)} too late"
    return Misfit("no_time", text, late_s)
