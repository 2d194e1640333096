"""Sums of the plan: its totals, and its cost with the lines that only a whole plan has."""

from collections.abc import Iterator

from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Case
from optimiser.verifier.tolerances import CO2E_G, EURO, LOAD, differs
from optimiser.verifier.wording import broken, number

_ROUTE_LINES = ("fixed_eur", "distance_eur", "time_eur", "overtime_eur", "co2e_eur")
_WHOLE = (("stops", ""), ("lifts", ""), ("distance_m", "m"), ("duration_s", "s"))
_REAL = (("mass_kg", LOAD, "kg"), ("volume_l", LOAD, "l"), ("co2e_g", CO2E_G, "g"))


def plan_totals(case: Case) -> Iterator[Violation]:
    """Stated totals against the sums of what the routes state (each checked on its own)."""
    for name, real, tolerance, unit in _totals(case):
        stated = getattr(case.plan.totals, name)
        if differs(stated, real, tolerance):
            found, expected = number(stated, unit), number(real, unit)
            detail = f"The plan's total {name} is stated as {found}; its routes give {expected}."
            yield broken(Code.PLAN_TOTAL, detail, ref=name, expected=expected, found=found)


def _totals(case: Case) -> Iterator[tuple[str, float, float, str]]:
    """Name, value, tolerance and unit of each total."""
    routes = case.plan.routes
    yield "trucks", len(routes), 0.0, ""
    unloads = sum(halt.step.kind == "unload" for trip in case.trips for halt in trip.halts)
    yield "unloads", unloads, 0.0, ""
    for name, unit in _WHOLE:
        yield name, sum(getattr(route, name) for route in routes), 0.0, unit
    for name, tolerance, unit in _REAL:
        yield name, sum(getattr(route, name) for route in routes), tolerance, unit


def plan_costs(case: Case) -> Iterator[Violation]:
    """Stated cost lines against the routes' lines and the plan's own terms."""
    lines = {
        name: sum(getattr(route.cost, name) for route in case.plan.routes) for name in _ROUTE_LINES
    }
    lines |= _own_lines(case)
    for name, real in (*lines.items(), ("total_eur", sum(lines.values()))):
        stated = getattr(case.plan.cost, name)
        if differs(stated, real, EURO):
            found, expected = number(stated, "EUR"), number(real, "EUR")
            detail = f"The plan's cost line {name} is stated as {found}; it is {expected}."
            yield broken(Code.PLAN_COST, detail, ref=name, expected=expected, found=found)


def plan_saving(case: Case) -> Iterator[Violation]:
    """The stated saving against the stated counterfactual, which is of another problem, less what
    the routes state.
    """
    other = case.plan.counterfactual
    if other is None:
        return
    routes = case.plan.routes
    driven = (
        ("distance_m", sum(route.distance_m for route in routes), 0.0, "m"),
        ("cost_eur", sum(route.cost.total_eur for route in routes), EURO, "EUR"),
        ("co2e_g", sum(route.co2e_g for route in routes), CO2E_G, "g"),
    )
    for name, own, tolerance, unit in driven:
        stated, real = getattr(other.saving, name), getattr(other, name) - own
        if differs(stated, real, tolerance):
            found, expected = number(stated, unit), number(real, unit)
            detail = f"The saving's {name} is stated as {found}; it is {expected}."
            yield broken(Code.PLAN_SAVING, detail, ref=name, expected=expected, found=found)


def _own_lines(case: Case) -> dict[str, float]:
    """Prizes of visits left, the longest day above the mean, visits moved to other trucks."""
    problem, rates = case.problem, case.problem.rates
    carriers: dict[str, set[str]] = {}
    for trip in case.trips:
        for visit in trip.visits:
            carriers.setdefault(visit.id, set()).add(trip.route.truck_id)
    moved = [
        visit
        for visit in problem.visits
        if visit.published_truck_id not in {None, *carriers.get(visit.id, ())}
    ]
    days_h = [trip.duration_s / 3600 for trip in case.trips]
    uneven_h = max(days_h) - sum(days_h) / len(days_h) if days_h else 0.0
    left = (visit.prize_eur for visit in problem.visits if visit.id not in carriers)
    return {
        "overflow_eur": sum(left),
        "imbalance_eur": uneven_h * rates.imbalance_eur_per_h,
        "change_eur": len(moved) * rates.change_eur,
    }
