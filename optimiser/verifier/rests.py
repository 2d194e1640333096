"""Rests from driving: no more is driven without one than the truck's driving rule says."""

from collections.abc import Iterator

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import CLOCK_S
from optimiser.verifier.wording import broken, number, who


def rests(case: Case, trip: Trip) -> Iterator[Violation]:
    """Each leg on which the driving since the last rest exceeds the most allowed."""
    del case  # all that matters is in the trip
    rule = trip.truck.driving_rule if trip.truck else None
    if trip.truck is None or rule is None:
        return
    driven_s = trip.truck.present.driven_s if trip.truck.present else 0
    for halt in trip.halts:
        driven_s += halt.step.driving_s
        if halt.step.driving_s and driven_s > rule.most_s:
            found, expected = number(driven_s, "s"), f"at most {number(rule.most_s, 's')}"
            detail = f"{who(trip, halt)}: {found} are driven without a rest; {expected} may be."
            yield broken(
                Code.DRIVING_UNRESTED,
                detail,
                trip=trip,
                halt=halt,
                expected=expected,
                found=found,
            )
        if is_rest(trip.truck, halt):
            driven_s = 0


def is_rest(truck: Truck, halt: Halt) -> bool:
    """Whether a step is a break long enough to be a rest from driving."""
    rule = truck.driving_rule
    if rule is None or halt.step.kind != "break":
        return False
    return halt.departure_s - halt.begin_s >= rule.rest_s - CLOCK_S
