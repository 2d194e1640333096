"""The whole plan of a solution."""

from math import fsum

from optimiser.domain.plan import Left, Made, Plan, Route, Totals
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Solution
from optimiser.schedule.homeward import all_orders
from optimiser.schedule.itinerary import itinerary
from optimiser.schedule.money import cents, plan_cost
from optimiser.schedule.route import make_route
from optimiser.schedule.timing import best_timing
from optimiser.travel import TravelClock, TravelMatrix


def build_plan(
    problem: Problem, travel: TravelMatrix, solution: Solution, *, made: Made | None = None
) -> Plan:
    """Give a solution its times, breaks, loads and money.

    A truck under way, or with something to do first, that the solution has not is on its way
    home by its first actions and the nearest unloading. An order that cannot be kept in time
    still becomes a plan, with the late times in it, so that the verifier can name what is
    wrong. Raises KeyError for an unknown id.
    """
    clock = TravelClock(problem)
    routes, orders = [], all_orders(problem, travel, solution)
    for order in orders:
        stops = itinerary(problem, travel, order)
        routes.append(make_route(problem, stops, best_timing(stops, clock)))
    served = {a.ref for order in orders for a in order.actions if a.kind == "visit"}
    return Plan(
        service_date=problem.service_date,
        timezone=problem.timezone,
        routes=tuple(routes),
        left=tuple(_left(visit) for visit in problem.visits if visit.id not in served),
        cost=plan_cost(problem, routes),
        totals=totals(routes),
        made=made,
    )


def totals(routes: list[Route]) -> Totals:
    """Sums over routes."""
    return Totals(
        trucks=len(routes),
        stops=sum(route.stops for route in routes),
        lifts=sum(route.lifts for route in routes),
        unloads=sum(step.kind == "unload" for route in routes for step in route.steps),
        distance_m=sum(route.distance_m for route in routes),
        duration_s=sum(route.duration_s for route in routes),
        mass_kg=cents(fsum(route.mass_kg for route in routes)),
        volume_l=cents(fsum(route.volume_l for route in routes)),
        co2e_g=cents(fsum(route.co2e_g for route in routes)),
    )


def _left(visit: Visit) -> Left:
    """A visit that is left, before anyone has found out why (see optimiser.explain)."""
    return Left(
        visit_id=visit.id,
        name=visit.name,
        required=visit.required,
        prize_eur=visit.prize_eur,
        code="unexplained",
        detail="It is on no route of this solution.",
        evidence=visit.evidence,
    )
