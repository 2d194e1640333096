"""Loads: what each compartment holds after every step, and never more than it can."""

from collections.abc import Iterator

from optimiser.domain.fleet import Compartment
from optimiser.domain.plan import Load, Violation
from optimiser.verifier.cargo import Hold
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Halt, Trip
from optimiser.verifier.tolerances import LOAD, differs
from optimiser.verifier.wording import broken, number, who


def loads(case: Case, trip: Trip) -> Iterator[Violation]:
    """Stated loads against real ones, and real ones against capacities."""
    del case  # all that matters is in the trip
    if trip.truck is None:
        return
    for halt, cargo in zip(trip.halts, trip.cargo, strict=True):
        if len(halt.step.load) != len(cargo):
            found, expected = str(len(halt.step.load)), str(len(cargo))
            detail = f"{who(trip, halt)}: {found} loads are stated for {expected} compartments."
            yield broken(Code.LOAD, detail, trip=trip, halt=halt, expected=expected, found=found)
        else:
            for number_, (stated, real) in enumerate(zip(halt.step.load, cargo, strict=True)):
                yield from _stated(trip, halt, number_, stated, real)
        if halt.visit is not None:
            for number_, compartment in enumerate(trip.truck.compartments):
                if halt.visit.fraction in compartment.fractions:
                    yield from _capacity(trip, halt, number_, compartment, cargo[number_])


def _stated(
    trip: Trip, halt: Halt, compartment: int, stated: Load, real: Hold
) -> Iterator[Violation]:
    if differs(stated.mass_kg, real.mass_kg, LOAD) or differs(stated.volume_l, real.volume_l, LOAD):
        found, expected = (
            f"{number(each.mass_kg, 'kg')}, {number(each.volume_l, 'l')}" for each in (stated, real)
        )
        under_way = trip.truck is not None and trip.truck.present is not None
        code = Code.PRESENT_LOAD if under_way and halt.step.kind == "start" else Code.LOAD
        detail = (
            f"{who(trip, halt)}: compartment {compartment} is stated to hold {found}; "
            f"it holds {expected}."
        )
        yield broken(code, detail, trip=trip, halt=halt, expected=expected, found=found)


def _capacity(
    trip: Trip, halt: Halt, index: int, compartment: Compartment, real: Hold
) -> Iterator[Violation]:
    for code, holds, capacity, unit in (
        (Code.CAPACITY_MASS, real.mass_kg, compartment.capacity_kg, "kg"),
        (Code.CAPACITY_VOLUME, real.volume_l, compartment.capacity_l, "l"),
    ):
        if capacity is not None and holds > capacity + LOAD:
            found, limit = number(holds, unit), number(capacity, unit)
            detail = f"{who(trip, halt)}: compartment {index} holds {found}; it takes {limit}."
            yield broken(
                code, detail, trip=trip, halt=halt, expected=f"at most {limit}", found=found
            )
