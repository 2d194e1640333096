"""Energy of a route and its CO2e: each leg by the load on board, and the work at stops."""

from collections.abc import Iterator
from itertools import pairwise

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.tolerances import CO2E_G, LOAD, differs
from optimiser.verifier.wording import broken, number, who


def energy(case: Case, trip: Trip) -> Iterator[Violation]:
    """Stated energy, its unit and CO2e against those of the stated legs and real loads."""
    del case  # all that matters is in the trip
    if trip.truck is None:
        return
    unit: str = "kWh" if trip.truck.energy.kind == "electric" else "l"
    if trip.route.energy_unit != unit:
        written = trip.route.energy_unit
        detail = f"{who(trip)}: energy is stated in {written}; this truck's is in {unit}."
        yield broken(
            Code.ROUTE_ENERGY, detail, trip=trip, ref="energy_unit", expected=unit, found=written
        )
    used = energy_of(trip, trip.truck)
    co2e_g = used * trip.truck.energy.co2e_g_per_unit
    for name, stated, real, tolerance, shown in (
        ("energy", trip.route.energy, used, LOAD, unit),
        ("co2e_g", trip.route.co2e_g, co2e_g, CO2E_G, "g"),
    ):
        if differs(stated, real, tolerance):
            found, expected = number(stated, shown), number(real, shown)
            detail = f"{who(trip)}: {name} is stated as {found}; legs and work need {expected}."
            yield broken(
                Code.ROUTE_ENERGY, detail, trip=trip, ref=name, expected=expected, found=found
            )


def energy_of(trip: Trip, truck: Truck) -> float:
    """Litres or kWh: per km from empty to full, per hour of work standing, per lift."""
    rates = truck.energy
    can_carry_kg = sum(each.capacity_kg or 0.0 for each in truck.compartments)
    used = sum(visit.lifts for visit in trip.visits) * rates.per_lift
    used += service_s(trip) / 3600 * rates.per_standing_h
    for (_, cargo), (halt, _) in pairwise(zip(trip.halts, trip.cargo, strict=True)):
        on_board_kg = sum(hold.mass_kg for hold in cargo)
        share = min(on_board_kg / can_carry_kg, 1.0) if can_carry_kg else 0.0
        per_km = (1 - share) * rates.per_km_empty + share * rates.per_km_full
        used += halt.step.distance_m / 1000 * per_km
    return used


def service_s(trip: Trip) -> int:
    """Seconds of emptying and unloading, as the problem gives them."""
    return sum(
        (halt.visit.service_s if halt.visit else 0) + (halt.site.unload_s if halt.site else 0)
        for halt in trip.halts
    )
