"""Checks routes of the 2006 instances from their ids alone, in floats straight from the file.

It shares nothing with the problem, the schedule or the verifier: Manhattan miles, exact travel
times, windows on the start of service, capacity, daily yards and stops, lunch, home empty.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.kim2006 import MILE_FT, Instance, Row

LUNCH_S = (11 * 3600, 12 * 3600)
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Checked:
    """Miles of all routes and everything that is wrong with them."""

    miles: float
    faults: tuple[str, ...]


def check_routes(instance: Instance, routes: Sequence[Sequence[str]]) -> Checked:
    """Recompute and check a whole answer."""
    rows = {row.id: row for row in (instance.depot, *instance.landfills, *instance.stops)}
    tours = [[rows[ref] for ref in route] for route in routes]
    faults = [*_coverage(instance, tours)]
    for number, tour in enumerate(tours, 1):
        faults += [f"route {number}: {fault}" for fault in _faults(instance, tour)]
    return Checked(sum(map(miles_of, tours)), tuple(faults))


def miles_of(tour: Sequence[Row]) -> float:
    """Manhattan miles along a route."""
    return sum(_miles(a, b) for a, b in itertools.pairwise(tour))


def _miles(a: Row, b: Row) -> float:
    return (abs(a.x_ft - b.x_ft) + abs(a.y_ft - b.y_ft)) / MILE_FT


def _coverage(instance: Instance, tours: Sequence[Sequence[Row]]) -> Iterator[str]:
    done = [row.id for tour in tours for row in tour if row.kind == 1]
    for stop in instance.stops:
        if done.count(stop.id) != 1:
            yield f"stop {stop.id} is served {done.count(stop.id)} times"


def _faults(instance: Instance, tour: Sequence[Row]) -> Iterator[str]:
    if len(tour) < 2 or tour[0] != instance.depot or tour[-1] != instance.depot:
        yield "it does not go from depot to depot"
        return
    if any(row.kind == 0 for row in tour[1:-1]):
        yield "it passes the depot on its way"
    yield from _load_faults(instance, tour)
    if not _can_be_driven(instance, tour):
        yield "no way to keep every window and lunch"


def _load_faults(instance: Instance, tour: Sequence[Row]) -> Iterator[str]:
    stops = [row for row in tour if row.kind == 1]
    if len(stops) > instance.daily_stops:
        yield f"{len(stops)} stops in a day"
    yards = sum(row.load_yards for row in stops)
    if yards > instance.daily_yards + TOLERANCE:
        yield f"{yards:g} yards in a day"
    load = 0.0
    for row in tour[1:-1]:
        load = 0.0 if row.kind == 2 else load + row.load_yards
        if load > instance.capacity_yards + TOLERANCE:
            yield f"{load:g} yards on board after {row.id}"
    if load > TOLERANCE:
        yield f"it comes home with {load:g} yards"


def _can_be_driven(instance: Instance, tour: Sequence[Row]) -> bool:
    """Whether some place for lunch lets everything be in time.

    To be early never hurts, so the truck leaves as soon as it may, for each place tried; or
    at noon, without lunch.
    """
    opens = float(tour[0].earliest_s)
    plain = _home_s(instance, tour, opens, None)
    if plain is not None and plain <= LUNCH_S[0] + TOLERANCE:
        return True
    slots = range(2 * (len(tour) - 1))
    if any(_home_s(instance, tour, opens, slot) is not None for slot in slots):
        return True
    return _home_s(instance, tour, max(opens, LUNCH_S[1]), None) is not None


def _home_s(
    instance: Instance, tour: Sequence[Row], leave_s: float, slot: int | None
) -> float | None:
    """Time of coming home with lunch in a slot (2 x leg, + 1 for after the leg); None if late."""
    now = leave_s
    for leg, (here, there) in enumerate(itertools.pairwise(tour)):
        for after in (0, 1):
            if slot == 2 * leg + after:
                now = max(now, LUNCH_S[0])
                if now > LUNCH_S[1] + TOLERANCE:
                    return None
                now += instance.lunch_s
            if not after:
                now += _miles(here, there) / instance.speed_mph * 3600
        now = max(now, there.earliest_s)
        if now > there.latest_s + TOLERANCE:
            return None
        now += there.service_s if there.kind else 0
    return now
