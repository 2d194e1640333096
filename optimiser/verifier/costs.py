"""Costs of a route, a line a term of the objective."""

from collections.abc import Iterator

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.energy import energy_of
from optimiser.verifier.reading import Case, Trip
from optimiser.verifier.tolerances import EURO, differs
from optimiser.verifier.wording import broken, number, who


def costs(case: Case, trip: Trip) -> Iterator[Violation]:
    """Each stated cost line against the truck's rates and the price of carbon."""
    if trip.truck is None:
        return
    lines = cost_lines(case, trip, trip.truck)
    for name, real in (*lines.items(), ("total_eur", sum(lines.values()))):
        stated = getattr(trip.route.cost, name)
        if differs(stated, real, EURO):
            found, expected = number(stated, "EUR"), number(real, "EUR")
            detail = f"{who(trip)}: cost line {name} is stated as {found}; it is {expected}."
            yield broken(
                Code.ROUTE_COST, detail, trip=trip, ref=name, expected=expected, found=found
            )


def cost_lines(case: Case, trip: Trip, truck: Truck) -> dict[str, float]:
    """What a driven route costs, by line."""
    overtime_s = trip.overtime_s(case.shift_end_s(truck))
    co2e_t = energy_of(trip, truck) * truck.energy.co2e_g_per_unit / 1e6
    return {
        "fixed_eur": 0.0 if truck.present else truck.cost_fixed_eur,  # spent
        "distance_eur": trip.distance_m * truck.cost_per_km_eur / 1000,
        "time_eur": (trip.duration_s - overtime_s) * truck.cost_per_hour_eur / 3600,
        "overtime_eur": overtime_s * truck.cost_per_overtime_hour_eur / 3600,
        "co2e_eur": co2e_t * case.problem.rates.carbon_eur_per_t,
    }
