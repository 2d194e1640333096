"""Times: arrival after the leg, begin not before arrival, departure after what it takes."""

from collections.abc import Iterator

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import CLOCK_S, differs
from optimiser.verifier.wording import broken, clock, who


def times(case: Case, trip: Trip) -> Iterator[Violation]:
    """The stated times of a route against each other and the durations of the problem."""
    for halt in trip.halts:
        for code, found_s, due_s, why in _wrong(trip, halt):
            found, expected = (clock(case.problem.day, second) for second in (found_s, due_s))
            detail = f"{who(trip, halt)}: stated {found}, must be {expected}: {why}."
            yield broken(code, detail, trip=trip, halt=halt, expected=expected, found=found)


def _wrong(trip: Trip, halt: Halt) -> Iterator[tuple[Code, float, float, str]]:
    """Code, stated second, right second and reason of each time that is wrong."""
    if halt.position == 0:
        yield from _start(halt)
    else:
        due_s = trip.halts[halt.position - 1].departure_s + halt.step.driving_s
        if differs(halt.arrival_s, due_s, CLOCK_S):
            why = "arrival is the departure before it and the leg"
            yield Code.ARRIVAL, halt.arrival_s, due_s, why
        if halt.begin_s < halt.arrival_s:
            why = "nothing begins before the truck has arrived"
            yield Code.BEGIN, halt.begin_s, halt.arrival_s, why
    lasts_s = _lasts_s(halt)
    if lasts_s is not None and differs(halt.departure_s, halt.begin_s + lasts_s, CLOCK_S):
        why = f"departure is {lasts_s} s after begin"
        yield Code.DEPARTURE, halt.departure_s, halt.begin_s + lasts_s, why


def _start(halt: Halt) -> Iterator[tuple[Code, float, float, str]]:
    """A truck waits at no start: its paid day begins when it leaves."""
    for second in (halt.arrival_s, halt.begin_s):
        if halt.step.kind == "start" and differs(second, halt.departure_s, CLOCK_S):
            why = "a start is stated as the moment of leaving"
            yield Code.START_TIMES, second, halt.departure_s, why
            return


def _lasts_s(halt: Halt) -> int | None:
    """Seconds from begin to departure; None where unknown, or for breaks.py to judge."""
    if halt.visit is not None:
        return halt.visit.service_s
    if halt.site is not None:
        return halt.site.unload_s
    if halt.step.kind == "end" or (halt.step.kind == "start" and halt.position > 0):
        return 0
    return None
