"""Compatibility: a truck takes the fraction of each of its visits, can get to the bin, and is
the one that it is pinned to.
"""

from collections.abc import Iterator

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.wording import broken, who


def compatibility(case: Case, trip: Trip) -> Iterator[Violation]:
    """Fractions and abilities of the truck against those that its visits need."""
    del case  # all that matters is in the trip
    if trip.truck is None:
        return
    takes = {fraction for each in trip.truck.compartments for fraction in each.fractions}
    for halt in trip.halts:
        if halt.visit is None:
            continue
        if halt.visit.fraction not in takes:
            expected, found = ", ".join(sorted(takes)), halt.visit.fraction
            detail = f"{who(trip, halt)}: it is {found}; the truck takes {expected}."
            yield broken(
                Code.TRUCK_FRACTION, detail, trip=trip, halt=halt, expected=expected, found=found
            )
        pinned = halt.visit.pinned_truck_id
        if pinned not in (None, trip.truck.id):
            detail = f"{who(trip, halt)}: it is pinned to truck {pinned}."
            yield broken(
                Code.TRUCK_PINNED,
                detail,
                trip=trip,
                halt=halt,
                expected=str(pinned),
                found=trip.truck.id,
            )
        lacking = halt.visit.access - trip.truck.abilities
        if lacking:
            expected = ", ".join(sorted(halt.visit.access))
            found = ", ".join(sorted(trip.truck.abilities)) or "none"
            detail = f"{who(trip, halt)}: the truck cannot {', '.join(sorted(lacking))}."
            yield broken(
                Code.TRUCK_ACCESS, detail, trip=trip, halt=halt, expected=expected, found=found
            )
