"""Order of steps: from the start depot to the end depot, each step where its thing is."""

from collections.abc import Iterator

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import EURO, differs
from optimiser.verifier.wording import broken, number, who


def order(case: Case, trip: Trip) -> Iterator[Violation]:
    """First and last step, none of their kind between, depots, places, stated facts."""
    if not trip.halts:
        yield broken(Code.ROUTE_EMPTY, f"{who(trip)} has a route without steps.", trip=trip)
        return
    yield from _ends(trip)
    yield from _depots(trip)
    yield from _first(trip)
    for halt in trip.halts:
        yield from _place(case, trip, halt)
        yield from _facts(trip, halt)


def _ends(trip: Trip) -> Iterator[Violation]:
    first, last = trip.halts[0], trip.halts[-1]
    for halt, kind, code in (
        (first, "start", Code.ROUTE_START),
        (last, "end", Code.ROUTE_END),
    ):
        if halt.step.kind != kind:
            detail = f"{who(trip, halt)} stands where the route's {kind} should be."
            found = halt.step.kind
            yield broken(code, detail, trip=trip, halt=halt, expected=kind, found=found)
    for halt in trip.halts:
        misplaced_start = halt.step.kind == "start" and halt is not first
        if misplaced_start or (halt.step.kind == "end" and halt is not last):
            detail = f"{who(trip, halt)} stands in the middle of the route."
            yield broken(Code.STEP_ORDER, detail, trip=trip, halt=halt, found=halt.step.kind)


def _depots(trip: Trip) -> Iterator[Violation]:
    if trip.truck is None:
        return
    for halt, kind, code, depot_id in (
        (trip.halts[0], "start", Code.START_DEPOT, _start_ref(trip.truck)),
        (trip.halts[-1], "end", Code.END_DEPOT, trip.truck.end_depot_id),
    ):
        found = halt.step.ref
        if halt.step.kind == kind and found != depot_id:
            depot = f"depot is {depot_id}" if depot_id else "is no depot, for it is under way"
            detail = f"{who(trip, halt)}: the truck's {kind} {depot}, not {found or 'no depot'}."
            yield broken(code, detail, trip=trip, halt=halt, expected=depot_id, found=found)


def _start_ref(truck: Truck) -> str:
    return truck.start_depot_id if truck.present is None else ""


def _first(trip: Trip) -> Iterator[Violation]:
    """The first things a truck does against what it has to do first; breaks may lie between."""
    if trip.truck is None or not trip.truck.first:
        return
    done = [halt for halt in trip.halts if halt.step.kind in ("visit", "unload")]
    for number_, action in enumerate(trip.truck.first):
        halt = done[number_] if number_ < len(done) else trip.halts[-1]
        if (halt.step.kind, halt.step.ref) != (action.kind, action.ref):
            expected, found = f"{action.kind} {action.ref}", f"{halt.step.kind} {halt.step.ref}"
            detail = f"{who(trip, halt)}: {expected} is to be done here, number {number_} of first."
            yield broken(
                Code.FIRST_ACTIONS, detail, trip=trip, halt=halt, expected=expected, found=found
            )
            return


def _place(case: Case, trip: Trip, halt: Halt) -> Iterator[Violation]:
    if halt.row is None:
        return
    place = case.problem.places[halt.row]
    under_way = halt.row in case.problem.present_index.values()
    if halt.step.place != place:
        detail = f"{who(trip, halt)} is stated at {halt.step.place}; it is at {place}."
        yield broken(
            Code.PRESENT_PLACE if under_way and halt.step.kind == "start" else Code.STEP_PLACE,
            detail,
            trip=trip,
            halt=halt,
            expected=str(place),
            found=str(halt.step.place),
        )


def _facts(trip: Trip, halt: Halt) -> Iterator[Violation]:
    """`required` and the prize may be left out; where they stand they are the visit's."""
    step, visit = halt.step, halt.visit
    required = visit.required if visit else None
    prize = visit.prize_eur if visit else None
    if step.required not in (None, required):
        detail = f"{who(trip, halt)}: stated required {step.required}, it is {required}."
        found = f"required {step.required}"
        yield broken(
            Code.STEP_FACTS,
            detail,
            trip=trip,
            halt=halt,
            expected=f"required {required}",
            found=found,
        )
    if step.prize_eur is not None and (prize is None or differs(step.prize_eur, prize, EURO)):
        expected = "no prize" if prize is None else number(prize, "EUR")
        found = number(step.prize_eur, "EUR")
        detail = f"{who(trip, halt)}: stated prize {found}, it is {expected}."
        yield broken(Code.STEP_FACTS, detail, trip=trip, halt=halt, expected=expected, found=found)
