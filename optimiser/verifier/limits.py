"""Daily limits of a truck, and the range of its battery or tank."""

from collections.abc import Iterator

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.tolerances import LOAD
from optimiser.verifier.wording import broken, number, who


def limits(case: Case, trip: Trip) -> Iterator[Violation]:
    """What the truck does in the day against the most that it may."""
    del case  # all that matters is in the trip
    if trip.truck is None:
        return
    most, range_m = trip.truck.limits, trip.truck.energy.range_m
    for code, found, limit, slack, what, unit in (
        (Code.LIMIT_STOPS, trip.stops, most.stops, 0.0, "does", "stops"),
        (Code.LIMIT_DISTANCE, trip.distance_m, most.distance_m, 0.0, "drives", "m"),
        (Code.LIMIT_DURATION, trip.duration_s, most.duration_s, 0.0, "is out for", "s"),
        (Code.LIMIT_DRIVING, trip.driving_s, most.driving_s, 0.0, "drives for", "s"),
        (Code.LIMIT_MASS, trip.mass_kg, most.mass_kg, LOAD, "collects", "kg"),
        (Code.LIMIT_VOLUME, trip.volume_l, most.volume_l, LOAD, "collects", "l, loose,"),
        (Code.RANGE, trip.distance_m, range_m, 0.0, "drives", "m"),
    ):
        if limit is not None and found > limit + slack:
            done, allowed = number(found, unit), number(limit, unit)
            detail = f"{who(trip)} {what} {done} in the day; its limit is {allowed}."
            yield broken(code, detail, trip=trip, expected=f"at most {allowed}", found=done)
