"""Coverage: every visit once, on a route or among those left; every truck at most once."""

from collections import Counter
from collections.abc import Iterator

from optimiser.domain.plan import Left, Violation
from optimiser.domain.problem import Visit
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import EURO, differs
from optimiser.verifier.wording import broken, number, who

_UNKNOWN = {
    "start": (Code.UNKNOWN_DEPOT, "depot"),
    "end": (Code.UNKNOWN_DEPOT, "depot"),
    "visit": (Code.UNKNOWN_VISIT, "visit"),
    "unload": (Code.UNKNOWN_SITE, "disposal site"),
}


def coverage(case: Case) -> Iterator[Violation]:
    """Ids unknown, trucks and visits repeated, visits missing, served and left, misstated."""
    yield from _trucks(case)
    for trip in case.trips:
        for halt in trip.halts:
            if halt.row is None and halt.step.kind in _UNKNOWN:
                yield _unknown(trip, halt)
    served = Counter(
        halt.step.ref for trip in case.trips for halt in trip.halts if halt.step.kind == "visit"
    )
    left = Counter(each.visit_id for each in case.plan.left)
    for visit in case.problem.visits:
        yield from _once(visit, served[visit.id], left[visit.id])
    for entry in case.plan.left:
        yield from _left(entry, case.problem.visit_by_id.get(entry.visit_id))


def _trucks(case: Case) -> Iterator[Violation]:
    for truck_id, count in Counter(trip.route.truck_id for trip in case.trips).items():
        if count > 1:
            detail = f"Truck {truck_id} has {count} routes; a truck drives one a day."
            yield broken(Code.TRUCK_TWICE, detail, ref=truck_id, expected="1", found=str(count))
    driving = {trip.route.truck_id for trip in case.trips}
    for truck in case.problem.trucks:
        if truck.id not in driving and (truck.present is not None or truck.first):
            bound = "under way" if truck.present else "to do something first"
            detail = f"Truck {truck.id} is {bound}, and has no route."
            yield broken(Code.ROUTE_MISSING, detail, ref=truck.id, expected="a route", found="none")
    for trip in case.trips:
        if trip.truck is None:
            detail = f"Truck {trip.route.truck_id} of a route is none of the problem's trucks."
            yield broken(Code.UNKNOWN_TRUCK, detail, trip=trip, found=trip.route.truck_id)


def _unknown(trip: Trip, halt: Halt) -> Violation:
    code, kind = _UNKNOWN[halt.step.kind]
    detail = f"{who(trip, halt)}: the problem has no {kind} {halt.step.ref!r}."
    return broken(code, detail, trip=trip, halt=halt, found=halt.step.ref)


def _once(visit: Visit, served: int, left: int) -> Iterator[Violation]:
    name = f"Visit {visit.id}"
    if served > 1:
        detail = f"{name} is done {served} times; once is all there is to empty."
        yield broken(Code.VISIT_TWICE, detail, ref=visit.id, expected="1", found=str(served))
    if served and left:
        detail = f"{name} is on a route and is also listed as left."
        yield broken(Code.SERVED_AND_LEFT, detail, ref=visit.id, expected="one", found="both")
    if left > 1:
        detail = f"{name} is listed as left {left} times."
        yield broken(Code.LEFT_TWICE, detail, ref=visit.id, expected="1", found=str(left))
    if not served and not left:
        detail = f"{name} is on no route and is not listed as left."
        yield broken(Code.VISIT_MISSING, detail, ref=visit.id, expected="one", found="neither")


def _left(entry: Left, visit: Visit | None) -> Iterator[Violation]:
    if visit is None:
        detail = f"Visit {entry.visit_id} is listed as left, but the problem has no such visit."
        yield broken(Code.UNKNOWN_VISIT, detail, ref=entry.visit_id, found=entry.visit_id)
    elif entry.required != visit.required or differs(entry.prize_eur, visit.prize_eur, EURO):
        found, expected = (
            f"required {each.required}, prize {number(each.prize_eur, 'EUR')}"
            for each in (entry, visit)
        )
        detail = f"Visit {visit.id} is listed as left with {found}; the problem says {expected}."
        yield broken(Code.LEFT_FACTS, detail, ref=visit.id, expected=expected, found=found)
