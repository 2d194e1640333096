"""Hours: of visits, disposal sites and depots, and the truck's shift with its overtime."""

from collections.abc import Iterator

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import Present, Truck
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import CLOCK_S, differs
from optimiser.verifier.wording import broken, clock, number, spans, who


def hours(case: Case, trip: Trip) -> Iterator[Violation]:
    """Every begin within the hours of its place; the day within the truck's shift."""
    for halt in trip.halts:
        yield from _opening(case, trip, halt)
    if trip.truck is not None and trip.halts:
        yield from _shift(case, trip, trip.truck)


def _opening(case: Case, trip: Trip, halt: Halt) -> Iterator[Violation]:
    known = _hours_of(case, halt)
    if known is None or not known[1]:
        return
    code, windows = known[0], case.windows(known[1])
    if any(first <= halt.begin_s <= last for first, last in windows):
        return
    day = case.problem.day
    found, expected = clock(day, halt.begin_s), spans(day, windows)
    detail = f"{who(trip, halt)} begins at {found}; the place's hours today: {expected}."
    yield broken(code, detail, trip=trip, halt=halt, expected=expected, found=found)


def _hours_of(case: Case, halt: Halt) -> tuple[Code, tuple[Hours, ...]] | None:
    if halt.visit is not None:
        return Code.VISIT_WINDOW, halt.visit.hours
    if halt.site is not None:
        return Code.SITE_HOURS, halt.site.hours
    if halt.step.kind in ("start", "end") and halt.step.ref:
        depot = case.problem.depot_by_id.get(halt.step.ref)
        return (Code.DEPOT_HOURS, depot.hours) if depot else None
    return None


def _present(case: Case, trip: Trip, present: Present) -> Iterator[Violation]:
    """A truck under way starts at its present time; waiting comes after the leg, not before."""
    day, now_s = case.problem.day, case.problem.day.seconds(present.at)
    if differs(trip.leave_s, now_s, CLOCK_S):
        found, expected = clock(day, trip.leave_s), clock(day, now_s)
        detail = f"{who(trip)} leaves at {found}; it is under way, and free at {expected}."
        yield broken(
            Code.PRESENT_TIME,
            detail,
            trip=trip,
            halt=trip.halts[0],
            expected=expected,
            found=found,
        )


def _shift(case: Case, trip: Trip, truck: Truck) -> Iterator[Violation]:
    day, shift = case.problem.day, truck.shift
    if day.weekday not in shift.days and truck.present is None:
        expected = ", ".join(sorted(shift.days)) or "no day"
        detail = f"{who(trip)} drives on a {day.weekday}; its shift is on {expected}."
        yield broken(Code.TRUCK_OFF, detail, trip=trip, expected=expected, found=day.weekday)
    if truck.present is not None:
        yield from _present(case, trip, truck.present)
    starts_s, ends_s = day.seconds(shift.starts), case.shift_end_s(truck)
    if trip.leave_s < starts_s and truck.present is None:
        found, expected = clock(day, trip.leave_s), clock(day, starts_s)
        detail = f"{who(trip)} leaves at {found}; its shift starts at {expected}."
        first = trip.halts[0]
        yield broken(
            Code.SHIFT_START, detail, trip=trip, halt=first, expected=expected, found=found
        )
    if trip.home_s > ends_s + shift.overtime_s:
        found, expected = clock(day, trip.home_s), clock(day, ends_s + shift.overtime_s)
        detail = (
            f"{who(trip)} is home at {found}; its shift ends at {clock(day, ends_s)} and "
            f"{number(shift.overtime_s, 's')} of overtime are allowed."
        )
        last = trip.halts[-1]
        yield broken(Code.SHIFT_END, detail, trip=trip, halt=last, expected=expected, found=found)
