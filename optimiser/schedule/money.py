"""The objective in money, a line a term."""

from collections.abc import Sequence
from math import fsum

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import PlanCost, Route, RouteCost
from optimiser.domain.problem import Problem


def cents(value: float) -> float:
    """Money and quantities in answers keep four decimals: enough to add up, short to read."""
    return round(value, 4)


def route_cost(
    problem: Problem,
    truck: Truck,
    *,
    distance_m: int,
    duration_s: int,
    overtime_s: int,
    co2e_g: float,
) -> RouteCost:
    """Cost of a truck that drives; the fixed cost of one under way is spent.

    Overtime replaces, not adds to, the plain hourly rate.
    """
    lines = {
        "fixed_eur": 0.0 if truck.present else truck.cost_fixed_eur,
        "distance_eur": cents(distance_m / 1000 * truck.cost_per_km_eur),
        "time_eur": cents((duration_s - overtime_s) / 3600 * truck.cost_per_hour_eur),
        "overtime_eur": cents(overtime_s / 3600 * truck.cost_per_overtime_hour_eur),
        "co2e_eur": cents(co2e_g / 1e6 * problem.rates.carbon_eur_per_t),
    }
    return RouteCost(**lines, total_eur=cents(fsum(lines.values())))


def plan_cost(problem: Problem, routes: Sequence[Route]) -> PlanCost:
    """Cost of all routes with what only the plan as a whole has."""
    sums = {
        line: cents(fsum(getattr(route.cost, line) for route in routes))
        for line in ("fixed_eur", "distance_eur", "time_eur", "overtime_eur", "co2e_eur")
    }
    truck_of = {
        step.ref: route.truck_id for route in routes for step in route.steps if step.kind == "visit"
    }
    sums["overflow_eur"] = cents(
        fsum(visit.prize_eur for visit in problem.visits if visit.id not in truck_of)
    )
    sums["imbalance_eur"] = cents(problem.rates.imbalance_eur_per_h * imbalance_h(routes))
    moved = sum(
        visit.published_truck_id is not None and truck_of.get(visit.id) != visit.published_truck_id
        for visit in problem.visits
    )
    sums["change_eur"] = cents(problem.rates.change_eur * moved)
    return PlanCost(**sums, total_eur=cents(fsum(sums.values())))


def imbalance_h(routes: Sequence[Route]) -> float:
    """Hours by which the longest route exceeds the mean of the routes driven."""
    if not routes:
        return 0.0
    durations = [route.duration_s for route in routes]
    return (max(durations) - sum(durations) / len(durations)) / 3600
