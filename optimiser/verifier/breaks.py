"""Breaks: taken if needed, once, for as long and at the time that the truck's rule says.

A break of at least the length of a rest from driving may be one (see rests.py); it then needs
no break rule, and is the break of that rule besides if it is as the rule says.
"""

from collections.abc import Iterator

from optimiser.domain.fleet import BreakRule, Truck
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.rests import is_rest
from optimiser.verifier.tolerances import CLOCK_S, differs
from optimiser.verifier.wording import Span, broken, clock, number, spans, who


def breaks(case: Case, trip: Trip) -> Iterator[Violation]:
    """Shape, need, count, duration and start of a route's breaks."""
    for halt in trip.halts:
        yield from _shape(trip, halt)
    taken = [halt for halt in trip.halts if halt.step.kind == "break"]
    if trip.truck is None:
        return
    rule = trip.truck.break_rule
    others = [halt for halt in taken if not is_rest(trip.truck, halt)]
    if rule is None:
        for halt in others:
            yield _unasked(trip, trip.truck, halt)
        return
    day = case.problem.day
    span = day.seconds(rule.earliest), day.seconds(rule.latest)
    if not others and not any(_is_as_ruled(halt, rule, span) for halt in taken):
        yield from _missing(case, trip, span)
    if len(others) > 1:
        detail = f"{who(trip)} takes {len(others)} breaks; its rule is one."
        found = str(len(others))
        yield broken(Code.BREAK_TWICE, detail, trip=trip, halt=others[1], expected="1", found=found)
    for halt in others:
        yield from _as_ruled(case, trip, halt, rule, span)


def _unasked(trip: Trip, truck: Truck, halt: Halt) -> Violation:
    if truck.driving_rule is None:
        detail = f"{who(trip, halt)}: the truck has no break rule, so nothing asks for it."
        return broken(Code.BREAK_UNASKED, detail, trip=trip, halt=halt, expected="no break")
    found = number(halt.departure_s - halt.begin_s, "s")
    expected = f"at least {number(truck.driving_rule.rest_s, 's')}"
    detail = f"{who(trip, halt)} takes {found}; a rest from driving takes {expected}."
    return broken(Code.REST_SHORT, detail, trip=trip, halt=halt, expected=expected, found=found)


def _shape(trip: Trip, halt: Halt) -> Iterator[Violation]:
    step = halt.step
    if step.kind == "break" and (step.ref or step.break_at is None):
        detail = f"{who(trip, halt)}: a break has no ref, and stands before or after a leg."
    elif step.kind != "break" and step.break_at is not None:
        detail = f"{who(trip, halt)}: {step.break_at!r} is stated of a step that is no break."
    else:
        return
    found = f"ref {step.ref!r}, break_at {step.break_at!r}"
    yield broken(Code.BREAK_SHAPE, detail, trip=trip, halt=halt, found=found)


def _missing(case: Case, trip: Trip, span: Span) -> Iterator[Violation]:
    """None is needed by a truck home by the earliest start or leaving at the latest or later."""
    if not trip.halts or trip.home_s <= span[0] or trip.leave_s >= span[1]:
        return
    day = case.problem.day
    expected = f"a break that starts in {spans(day, (span,))}"
    detail = (
        f"{who(trip)} is out from {clock(day, trip.leave_s)} to {clock(day, trip.home_s)} "
        f"without {expected}."
    )
    yield broken(Code.BREAK_MISSING, detail, trip=trip, expected=expected, found="none")


def _is_as_ruled(halt: Halt, rule: BreakRule, span: Span) -> bool:
    lasts_s = halt.departure_s - halt.begin_s
    return not differs(lasts_s, rule.duration_s, CLOCK_S) and span[0] <= halt.begin_s <= span[1]


def _as_ruled(
    case: Case, trip: Trip, halt: Halt, rule: BreakRule, span: Span
) -> Iterator[Violation]:
    lasts_s = halt.departure_s - halt.begin_s
    if differs(lasts_s, rule.duration_s, CLOCK_S):
        found, expected = number(lasts_s, "s"), number(rule.duration_s, "s")
        detail = f"{who(trip, halt)} takes {found}; the rule is {expected}."
        yield broken(
            Code.BREAK_DURATION, detail, trip=trip, halt=halt, expected=expected, found=found
        )
    if not span[0] <= halt.begin_s <= span[1]:
        day = case.problem.day
        found, expected = clock(day, halt.begin_s), spans(day, (span,))
        detail = f"{who(trip, halt)} starts at {found}; it must start in {expected}."
        yield broken(
            Code.BREAK_WINDOW, detail, trip=trip, halt=halt, expected=expected, found=found
        )
