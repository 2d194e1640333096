"""Makes tours keep every rule: stops that break one are left, and required ones tried elsewhere.

What an engine finds in a coarser model may overload a truck's day, or be late in the hour's real
traffic; what is given to start from may break any rule. Times are judged by the schedule. What a
truck does first is never left.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from optimiser.domain.solution import Solution
from optimiser.schedule.itinerary import Itinerary, itinerary
from optimiser.schedule.timing import Timing, best_timing
from optimiser.solvers.due import unloaded_late
from optimiser.solvers.index import IndexModel
from optimiser.solvers.tours import (
    Tour,
    Tours,
    homeward,
    lean,
    least_tour,
    order_of,
    solution_of,
    stops_in,
    tours_from,
    with_first,
)
from optimiser.travel import TravelClock

LATE_STOPS = 12
"""So many late stops are left one by one; after that the least worth go, and many at a time."""

TRIES = 40
"""Schedules tried, at most, to place required stops that are on no tour."""


class Mender:
    """Mends tours of one model; remembers those that it has seen."""

    def __init__(self, model: IndexModel) -> None:
        self._model = model
        self._clock = TravelClock(model.problem)
        self._mended: dict[tuple[int, Tour], Tour] = {}
        self._in_any_case: Tours = {
            truck: least_tour(model, truck)
            for truck, own in enumerate(model.trucks)
            if own.drives_anyway
        }

    def mend(self, tours: Tours) -> Tours:
        """Tours that keep every rule."""
        known = self._mended
        tours = self._in_any_case | tours
        self._mended = {
            (truck, tour): known.get((truck, tour)) or self._one(truck, tour)
            for truck, tour in tours.items()
        }
        mended = {truck: self._mended[truck, tour] for truck, tour in tours.items()}
        return self._placed({truck: tour for truck, tour in mended.items() if tour})

    def kept(self, given: Solution) -> Solution:
        """A given solution as it is if it keeps every rule, else mended."""
        tours = tours_from(self._model, given)
        sound = all(self.is_sound(truck, tour) for truck, tour in tours.items())
        if sound and _actions(solution_of(self._model, tours)) == _actions(given):
            return given
        return solution_of(self._model, self.mend(tours))

    def is_sound(self, truck: int, tour: Tour) -> bool:
        """Whether a tour keeps every rule."""
        return (
            with_first(self._model, truck, tour) == tour
            and homeward(self._model, truck, tour) == tour
            and within_day(self._model, truck, tour) == tour
            and fitting(self._model, truck, tour) == tour
            and self._lateness(truck, tour) is None
        )

    def _one(self, truck: int, tour: Tour) -> Tour:
        model = self._model
        tour = with_first(model, truck, tour)
        if model.trucks[truck].drives_anyway:
            tour = homeward(model, truck, tour)
        tour = fitting(model, truck, within_day(model, truck, tour))
        for _ in range(LATE_STOPS):
            late = self._lateness(truck, tour)
            if late is None:
                return tour
            if late < 0:
                break
            tour = self._sooner(truck, tour, late) or without(model, truck, tour, {late})
        order = sorted(stops_in(tour), key=self._value)
        return _least_removed(
            len(order),
            lambda count: without(model, truck, tour, set(order[:count])),
            lambda less: self._lateness(truck, less) is None,
        )

    def _sooner(self, truck: int, tour: Tour, stop: int) -> Tour | None:
        """The tour in time with the stop unloaded sooner: right after it, or done right before.

        None where that does not help, and for stops with no time to be unloaded by.
        """
        if self._model.stops[stop].unload_by_s is None:
            return None
        for tried in sooner(self._model, truck, tour, stop):
            whole = with_first(self._model, truck, tried) == tried
            if whole and self._lateness(truck, tried) is None:
                return tried
        return None

    def _value(self, stop: int) -> tuple[bool, float]:
        own = self._model.stops[stop]
        return own.required, own.prize / (own.service_s + 60)

    def _lateness(self, truck: int, tour: Tour) -> int | None:
        """None if all is in time, else the first late stop, or -1 if it is no stop's fault."""
        if not stops_in(tour):
            return None
        order = order_of(self._model, truck, tour)
        calls = itinerary(self._model.problem, self._model.travel, order)
        timing = best_timing(calls, self._clock)
        late = set(unloaded_late(self._model.problem, calls, timing))
        if timing.late_s == 0 and not late:
            return -1 if self._too_long(truck, calls, timing) else None
        late |= {
            call.ref
            for call, moment in zip(calls.calls, timing.moments, strict=True)
            if call.kind == "visit" and not any(a <= moment.begin <= b for a, b in call.windows)
        }
        stops, promised = self._model.stops, _promised(self._model, truck)
        return next(
            (n for n in stops_in(tour) if n not in promised and late.intersection(stops[n].visits)),
            -1,
        )

    def _too_long(self, truck: int, calls: Itinerary, timing: Timing) -> bool:
        limits = self._model.trucks[truck].limits
        pairs = (
            (limits.duration_s, timing.home_s - timing.leave_s),
            (limits.driving_s, sum(timing.driving_s)),
            (limits.distance_m, sum(calls.distance_m)),
        )
        return any(most is not None and found > most for most, found in pairs)

    def _placed(self, tours: Tours) -> Tours:
        """With required stops that are on no tour put where they fit with the least detour."""
        done = {stop for tour in tours.values() for stop in stops_in(tour)}
        tries = TRIES
        for stop, own in enumerate(self._model.stops):
            if not own.required or stop in done:
                continue
            for truck, longer in self._by_detour(tours, stop):
                if tries == 0:
                    return tours
                tries -= 1
                if self.is_sound(truck, longer):
                    tours = {**tours, truck: longer}
                    break
        return tours

    def _by_detour(self, tours: Tours, stop: int) -> list[tuple[int, Tour]]:
        """The few best places for a stop in the tours of its trucks, nearest first."""
        found: list[tuple[float, int, Tour]] = []
        for truck in self._model.stops[stop].trucks:
            tour = tours.get(truck)
            if tour and len(tour) > len(self._model.trucks[truck].first):
                detour, place = min(self._detours(truck, tour, stop))
                found.append((detour, truck, (*tour[:place], ("stop", stop), *tour[place:])))
            elif self._model.trucks[truck].drives_anyway:
                longer = homeward(self._model, truck, (*(tour or ()), ("stop", stop)))
                found.append((0.0, truck, longer))
        found.sort()
        return [(truck, tour) for _, truck, tour in found[:6]]

    def _detours(self, truck: int, tour: Tour, stop: int) -> Iterable[tuple[float, int]]:
        model, at, own = self._model, self._model.stops[stop].row, self._model.trucks[truck]
        rows = [own.start_row]
        for kind, n in tour:
            rows.append(model.stops[n].row if kind == "stop" else model.sites[n].row)
        travel = model.travel
        into, out = travel.block(rows[:-1], [at])[1][:, 0], travel.block([at], rows[1:])[1][0]
        detours = into + out - travel.along(rows)[1]
        promised = len(own.first)
        return (
            (float(detour), place)
            for place, detour in enumerate(detours[promised:], start=promised)
        )


def _promised(model: IndexModel, truck: int) -> set[int]:
    """Stops that a truck does first."""
    return set(stops_in(model.trucks[truck].first))


def _actions(solution: Solution) -> dict[str, object]:
    return {order.truck_id: order.actions for order in solution.orders if order.actions}


def without(model: IndexModel, truck: int, tour: Tour, leaving: set[int]) -> Tour:
    """A tour less some stops, but for what comes first, and less unloading for nothing."""
    leaving = leaving - _promised(model, truck)
    return lean(model, truck, (p for p in tour if p[0] == "site" or p[1] not in leaving))


def sooner(model: IndexModel, truck: int, tour: Tour, stop: int) -> Iterator[Tour]:
    """Tours with the unloading of a stop nearer to it in turn."""
    own, at = model.trucks[truck], tour.index(("stop", stop))
    number = own.hold_of(model.stops[stop].fraction)
    if number is None:
        return
    sites = [n for n, site in enumerate(model.sites) if site.empties(own.holds[number])]
    unloading = {("site", n) for n in sites}
    last = next((n for n in range(at, len(tour)) if tour[n] in unloading), at)
    if last > at + 1:
        yield (*tour[:at], *tour[at + 1 : last], tour[at], *tour[last:])
    legs = model.travel.block([model.stops[stop].row], [model.sites[n].row for n in sites])[1][0]
    for nearest in np.argsort(legs, kind="stable")[:2]:
        yield lean(model, truck, (*tour[: at + 1], ("site", sites[nearest]), *tour[at + 1 :]))


def within_day(model: IndexModel, truck: int, tour: Tour) -> Tour:
    """Less the stops that are too much for a day: the least prizes first, required ones last."""
    limits = model.trucks[truck].limits
    stops = model.stops
    mine = stops_in(tour)
    over: set[int] = set()
    free = set(mine) - _promised(model, truck)
    by_worth = sorted(free, key=lambda n: (stops[n].required, stops[n].prize, n))
    for most, amounts in (
        (limits.stops, {n: len(stops[n].visits) for n in mine}),
        (limits.mass_g, {n: stops[n].mass_g for n in mine}),
        (limits.volume_ml, {n: stops[n].volume_ml for n in mine}),
    ):
        total = sum(amount for n, amount in amounts.items() if n not in over)
        for stop in by_worth:
            if most is None or total <= most:
                break
            if stop not in over and amounts[stop]:
                over.add(stop)
                total -= amounts[stop]
    return without(model, truck, tour, over) if over else tour


def fitting(model: IndexModel, truck: int, tour: Tour) -> Tour:
    """Less the stops that do not go into their hold, and those that are never unloaded."""
    own = model.trucks[truck]
    promised = _promised(model, truck)
    grams, litres = [each for each, _ in own.on_board], [float(each) for _, each in own.on_board]
    on_board: list[set[int]] = [set() for _ in own.holds]
    over: set[int] = set()
    for kind, position in tour:
        if kind == "site":
            for n, hold in enumerate(own.holds):
                if model.sites[position].empties(hold):
                    grams[n], litres[n], on_board[n] = 0, 0.0, set()
            continue
        stop, number = model.stops[position], own.hold_of(model.stops[position].fraction)
        if number is None or truck not in stop.trucks:
            over.add(position)
            continue
        hold, volume = own.holds[number], stop.volume_ml / own.holds[number].compaction
        too_heavy = hold.capacity_g is not None and grams[number] + stop.mass_g > hold.capacity_g
        too_big = hold.capacity_ml is not None and litres[number] + volume > hold.capacity_ml + 0.5
        if (too_heavy or too_big) and position not in promised:
            over.add(position)
            continue
        grams[number], litres[number] = grams[number] + stop.mass_g, litres[number] + volume
        on_board[number] |= {position} if stop.mass_g or stop.volume_ml else set()
    over = over.union(*on_board)
    return without(model, truck, tour, over) if over else tour


def _least_removed(most: int, less: Callable[[int], Tour], good: Callable[[Tour], bool]) -> Tour:
    """The tour less as few as possible, by bisection; less all of them it is surely good."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if good(less(middle)):
            high = middle
        else:
            low = middle + 1
    return less(low)
