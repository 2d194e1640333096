"""Legs: their distance and their driving time, from the problem's travel and traffic."""

from collections.abc import Iterator
from itertools import pairwise

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import LEG_M, LEG_S, differs
from optimiser.verifier.wording import broken, clock, number, who


def legs(case: Case, trip: Trip) -> Iterator[Violation]:
    """Each leg against the problem; nothing is driven to a start or away from a break."""
    if trip.halts:
        yield from _stated(trip, trip.halts[0], 0.0, 0, "no leg leads here")
    for before, halt in pairwise(trip.halts):
        if not halt.driven:
            yield from _stated(trip, halt, 0.0, 0, "no leg leads here")
        elif before.row is not None and halt.row is not None:
            yield from _leg(case, trip, before, halt)


def _leg(case: Case, trip: Trip, before: Halt, halt: Halt) -> Iterator[Violation]:
    assert before.row is not None  # noqa: S101  # legs() asks only for legs between known rows
    assert halt.row is not None  # noqa: S101  # the same
    leg = case.roads(before.row, halt.row)
    if leg is None:
        detail = f"{who(trip, halt)}: there is no way here from step {before.position}."
        yield broken(
            Code.LEG_UNREACHABLE,
            detail,
            trip=trip,
            halt=halt,
            expected="no leg",
            found=number(halt.step.distance_m, "m"),
        )
        return
    seconds = case.traffic(leg.plain_s, before.departure_s)
    left_at = f"left at {clock(case.problem.day, before.departure_s)}"
    yield from _stated(trip, halt, leg.distance_m, seconds, left_at)


def _stated(
    trip: Trip, halt: Halt, distance_m: float, driving_s: int, because: str
) -> Iterator[Violation]:
    step = halt.step
    for code, found, expected, tolerance, unit in (
        (Code.LEG_DISTANCE, step.distance_m, distance_m, LEG_M, "m"),
        (Code.LEG_TIME, step.driving_s, driving_s, LEG_S, "s"),
    ):
        limit = tolerance if halt.driven else 0.0
        if differs(found, expected, limit):
            stated, real = number(found, unit), number(expected, unit)
            detail = f"{who(trip, halt)}: the leg is stated as {stated}, it is {real} ({because})."
            yield broken(code, detail, trip=trip, halt=halt, expected=real, found=stated)
