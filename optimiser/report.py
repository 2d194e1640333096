"""A plan as a table for people at a terminal."""

from collections import Counter

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.plan import Counterfactual, Plan

REQUIRED_SHOWN = 20
"""Most required bins left that are listed one by one."""


def print_plan(plan: Plan, console: Console) -> None:
    """Routes, money, and how many bins were left for which reason."""
    console.print(_routes(plan))
    totals, cost = plan.totals, plan.cost
    console.print(
        f"{totals.trucks} trucks, {totals.stops} stops, {totals.distance_m / 1000:.1f} km, "
        f"{totals.duration_s / 3600:.1f} h, {totals.co2e_g / 1000:.1f} kg CO2e, "
        f"{cost.total_eur:,.2f} EUR (of it {cost.overflow_eur:,.2f} EUR expected overflow "
        "of the bins left)",
        soft_wrap=True,
    )
    if plan.counterfactual is not None:
        console.print(_counterfactual(plan.counterfactual), soft_wrap=True)
    if plan.left:
        codes = Counter(left.code for left in plan.left).most_common()
        reasons = ", ".join(f"{count} {code}" for code, count in codes)
        console.print(f"{len(plan.left)} bins left: {reasons}", soft_wrap=True)
    required = [left for left in plan.left if left.required]
    for left in required[:REQUIRED_SHOWN]:
        text = f"  {left.visit_id} should be emptied: {left.detail} {left.suggestion}"
        console.print(text, soft_wrap=True, markup=False, highlight=False)
    if len(required) > REQUIRED_SHOWN:
        console.print(f"  and {len(required) - REQUIRED_SHOWN} more; see `left` in the plan")


def _counterfactual(other: Counterfactual) -> str:
    saving, left = other.saving, f" ({other.left} due and left)" if other.left else ""
    return (
        f"A fixed schedule: {other.trucks} trucks, {other.bins} stops{left}, "
        f"{other.distance_m / 1000:.1f} km, {other.co2e_g / 1000:.1f} kg CO2e, "
        f"{other.cost_eur:,.2f} EUR of driving; this plan saves {saving.distance_m / 1000:.1f} km, "
        f"{saving.co2e_g / 1000:.1f} kg CO2e, {saving.cost_eur:,.2f} EUR"
    )


def _routes(plan: Plan) -> Table:
    zone = ServiceDay(plan.service_date, plan.timezone).zone
    table = Table(title=f"Plan of {plan.service_date}", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("truck", "leaves", "home"):
        table.add_column(name, no_wrap=True)
    for name in ("stops", "unloads", "km", "hours", "tonnes", "kg CO2e", "EUR"):
        table.add_column(name, justify="right", no_wrap=True)
    for route in plan.routes:
        leaves, home = route.steps[0].departure, route.steps[-1].arrival
        table.add_row(
            route.truck_id,
            f"{leaves.astimezone(zone):%H:%M}",
            f"{home.astimezone(zone):%H:%M}",
            str(route.stops),
            str(sum(step.kind == "unload" for step in route.steps)),
            f"{route.distance_m / 1000:.1f}",
            f"{route.duration_s / 3600:.2f}",
            f"{route.mass_kg / 1000:.2f}",
            f"{route.co2e_g / 1000:.1f}",
            f"{route.cost.total_eur:,.2f}",
        )
    return table
