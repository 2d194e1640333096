"""Legs: their distance and their driving time, from the problem's travel and traffic."""

from collections.abc import Iterator
from itertools import pairwise

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import LEG_M, LEG_S, ROUNDED, differs
from optimiser.verifier.wording import broken, clock, number, who

NO_LEG = (0.0, 0.0)


def legs(case: Case, trip: Trip) -> Iterator[Violation]:
    """Each leg against the problem; nothing is driven to a start or away from a break."""
    if trip.halts:
        yield from _stated(trip, trip.halts[0], NO_LEG, NO_LEG, "no leg leads here")
    for before, halt in pairwise(trip.halts):
        if not halt.driven:
            yield from _stated(trip, halt, NO_LEG, NO_LEG, "no leg leads here")
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
    limits = (ROUNDED, ROUNDED) if leg.exact else (LEG_M, LEG_S)
    yield from _stated(trip, halt, (leg.distance_m, seconds), limits, left_at)


def _stated(
    trip: Trip,
    halt: Halt,
    real_leg: tuple[float, float],
    limits: tuple[float, float],
    because: str,
) -> Iterator[Violation]:
    """Metres and seconds as stated against the real ones, each within its limit."""
    step = halt.step
    for code, found, expected, limit, unit in (
        (Code.LEG_DISTANCE, step.distance_m, real_leg[0], limits[0], "m"),
        (Code.LEG_TIME, step.driving_s, real_leg[1], limits[1], "s"),
    ):
        if differs(found, expected, limit):
            stated, real = number(found, unit), number(expected, unit)
            detail = f"{who(trip, halt)}: the leg is stated as {stated}, it is {real} ({because})."
            yield broken(code, detail, trip=trip, halt=halt, expected=real, found=stated)
