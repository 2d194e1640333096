"""Unloading: at sites that take something the truck has room for; home with nothing on board."""

from collections.abc import Iterator

from optimiser.domain.plan import Violation
from optimiser.verifier.cargo import taken_by
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.tolerances import LOAD
from optimiser.verifier.wording import broken, number, who


def unloading(case: Case, trip: Trip) -> Iterator[Violation]:
    """Sites that could never empty a compartment of this truck; waste brought home."""
    del case  # all that matters is in the trip
    if trip.truck is None or not trip.halts:
        return
    for halt in trip.halts:
        if halt.site is not None and not taken_by(trip.truck, halt.site):
            found = ", ".join(sorted(halt.site.fractions))
            expected = " or ".join(
                " and ".join(sorted(each.fractions)) for each in trip.truck.compartments
            )
            detail = f"{who(trip, halt)}: the site takes {found}; the truck carries {expected}."
            yield broken(
                Code.SITE_REFUSES, detail, trip=trip, halt=halt, expected=expected, found=found
            )
    last = trip.halts[-1]
    for index, hold in enumerate(trip.cargo[-1]):
        if hold.mass_kg > LOAD or hold.volume_l > LOAD:
            found = f"{number(hold.mass_kg, 'kg')}, {number(hold.volume_l, 'l')}"
            detail = f"{who(trip, last)}: compartment {index} comes home with {found}."
            yield broken(
                Code.NOT_EMPTY, detail, trip=trip, halt=last, expected="0 kg, 0 l", found=found
            )
