"""Checks tours of the classic sets going forward, in whole numbers straight from the file.

It shares nothing with the problem, the schedule or the verifier: distances are roots of whole
numbers, cut off or rounded without floating point; each vehicle leaves as soon as it may, which
never hurts, since nothing bounds how long it is out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import isqrt

from benchmarks.classic.instance import Instance, Row

Trip = Sequence[int]
"""Numbers of customers, in order; the depot before and after goes without saying."""
Tours = Sequence[Sequence[Trip]]
"""The trips of each vehicle, in order."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Distance and prizes left, both as the best-known costs count them, and what is wrong."""

    distance: int
    prizes_left: int
    faults: tuple[str, ...]

    @property
    def cost(self) -> int:
        return self.distance + self.prizes_left


def check_tours(instance: Instance, tours: Tours) -> Checked:
    """Recompute and check a whole answer."""
    rows = {row.number: row for row in instance.customers}
    served = list(chain.from_iterable(chain.from_iterable(tours)))
    unknown = sorted(set(served) - set(rows))
    if unknown:
        return Checked(0, 0, (f"there are no customers {unknown}",))
    left = [row for row in instance.customers if row.number not in set(served)]
    trips = [[rows[number] for number in trip] for vehicle in tours for trip in vehicle]
    faults = [*_coverage(served, left), *_fleet(instance, tours), *_loads(instance, trips)]
    if instance.depot.window is not None:
        for number, vehicle in enumerate(tours, 1):
            day = [[rows[customer] for customer in trip] for trip in vehicle]
            faults += [f"vehicle {number}: {fault}" for fault in _times(instance, day)]
    distance = sum(_length(instance, trip) for trip in trips)
    return Checked(distance, sum(row.prize for row in left) * instance.scale, tuple(faults))


def apart(instance: Instance, a: Row, b: Row) -> int:
    """Distance, and time, between two places: exact, whatever their coordinates."""
    square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2
    if instance.rounding == "down":
        return isqrt(square * instance.scale**2)
    return (isqrt(4 * square) + 1) // 2


def _length(instance: Instance, trip: Sequence[Row]) -> int:
    stops = [instance.depot, *trip, instance.depot]
    return sum(apart(instance, a, b) for a, b in pairwise(stops))


def _coverage(served: Sequence[int], left: Sequence[Row]) -> Iterator[str]:
    for number, times in Counter(served).items():
        if times > 1:
            yield f"customer {number} is served {times} times"
    missed = [row.number for row in left if not row.prize]
    if missed:
        yield f"{len(missed)} customers are not served, {missed[0]} first"


def _fleet(instance: Instance, tours: Tours) -> Iterator[str]:
    driven = [vehicle for vehicle in tours if vehicle]
    if instance.vehicles is not None and len(driven) > instance.vehicles:
        yield f"{len(driven)} vehicles, and there are {instance.vehicles}"
    most = max(map(len, driven), default=0)
    if most > 1 and not instance.several_trips:
        yield f"a vehicle makes {most} trips, and may make one"


def _loads(instance: Instance, trips: Sequence[Sequence[Row]]) -> Iterator[str]:
    for trip in trips:
        load = sum(row.demand for row in trip)
        if load > instance.capacity:
            yield f"a trip from {trip[0].number} on carries {load}, more than {instance.capacity}"


def _times(instance: Instance, day: Sequence[Sequence[Row]]) -> Iterator[str]:
    """A vehicle's trips, each begun when it is back and all that it takes is released."""
    scale = instance.scale
    assert instance.depot.window is not None
    opens, closes = (scale * time for time in instance.depot.window)
    now = opens
    for trip in day:
        now = max([now, *(scale * row.release for row in trip)])
        here = instance.depot
        for row in trip:
            now += apart(instance, here, row)
            if row.window is not None:
                first, last = (scale * time for time in row.window)
                now = max(now, first)
                if now > last:
                    yield f"service of {row.number} begins at {now}, after {last}"
            now += scale * row.service
            here = row
        now += apart(instance, here, instance.depot)
    if now > closes:
        yield f"it is back at {now}, after {closes}"
