"""Unloading: at sites that take something the truck has room for, in time, home with nothing."""

from collections.abc import Iterator

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Violation
from optimiser.domain.problem import Visit
from optimiser.verifier.cargo import taken_by
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.tolerances import LOAD
from optimiser.verifier.wording import broken, clock, number, who


def unloading(case: Case, trip: Trip) -> Iterator[Violation]:
    """Sites that could never empty a compartment of this truck; late; waste brought home."""
    if trip.truck is None or not trip.halts:
        return
    yield from _late(case, trip, trip.truck)
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


def _late(case: Case, trip: Trip, truck: Truck) -> Iterator[Violation]:
    """Visits whose waste is unloaded after the time by which it must be."""
    day, waiting = case.problem.day, list[tuple[Visit, int]]()
    for halt in trip.halts:
        if halt.visit is not None and halt.visit.unload_by is not None:
            waiting.append((halt.visit, day.seconds(halt.visit.unload_by)))
        if halt.site is None:
            continue
        taken = {
            each for n in taken_by(truck, halt.site) for each in truck.compartments[n].fractions
        }
        for visit, due_s in waiting:
            if visit.fraction in taken and halt.begin_s > due_s:
                found, expected = clock(day, halt.begin_s), f"by {clock(day, due_s)}"
                detail = (
                    f"{who(trip, halt)}: unloading of visit {visit.id} begins at {found}; "
                    f"it must begin {expected}."
                )
                yield broken(
                    Code.UNLOAD_LATE, detail, trip=trip, halt=halt, expected=expected, found=found
                )
        waiting = [each for each in waiting if each[0].fraction not in taken]
