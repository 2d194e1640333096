"""Totals of a route: what its steps add up to."""

from collections.abc import Iterator

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.energy import service_s
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.tolerances import CLOCK_S, LOAD, differs
from optimiser.verifier.wording import broken, number, who


def totals(case: Case, trip: Trip) -> Iterator[Violation]:
    """Counts, metres, seconds, kilograms and litres of a route against its steps."""
    for name, real, tolerance, unit in _sums(case, trip):
        stated = getattr(trip.route, name)
        if differs(stated, real, tolerance):
            found, expected = number(stated, unit), number(real, unit)
            detail = f"{who(trip)}: {name} is stated as {found}; the steps give {expected}."
            yield broken(
                Code.ROUTE_TOTAL, detail, trip=trip, ref=name, expected=expected, found=found
            )


def _sums(case: Case, trip: Trip) -> Iterator[tuple[str, float, float, str]]:
    """Name, value, tolerance and unit of each total."""
    yield "stops", trip.stops, 0.0, ""
    yield "lifts", sum(visit.lifts for visit in trip.visits), 0.0, ""
    yield "distance_m", trip.distance_m, 0.0, "m"
    yield "duration_s", trip.duration_s, CLOCK_S, "s"
    yield "driving_s", trip.driving_s, 0.0, "s"
    yield "service_s", service_s(trip), 0.0, "s"
    yield "waiting_s", _waiting_s(trip), CLOCK_S, "s"
    yield "break_s", _break_s(trip), CLOCK_S, "s"
    if trip.truck is not None:
        yield "overtime_s", trip.overtime_s(case.shift_end_s(trip.truck)), CLOCK_S, "s"
    yield "mass_kg", trip.mass_kg, LOAD, "kg"
    yield "volume_l", trip.volume_l, LOAD, "l"


def _waiting_s(trip: Trip) -> float:
    return sum(halt.begin_s - halt.arrival_s for halt in trip.halts[1:])


def _break_s(trip: Trip) -> float:
    return sum(halt.departure_s - halt.begin_s for halt in trip.halts if halt.step.kind == "break")
