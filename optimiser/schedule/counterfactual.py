"""A plan beside what a fixed schedule would have driven."""

from dataclasses import replace
from math import fsum

from optimiser.domain.plan import Counterfactual, Plan, Saving
from optimiser.schedule.money import cents


def with_counterfactual(plan: Plan, usual: Plan) -> Plan:
    """The plan with what it saves beside `usual`, the plan of the fixed schedule's round."""
    totals = usual.totals
    found = Counterfactual(
        bins=totals.stops,
        left=len(usual.left),
        trucks=totals.trucks,
        distance_m=totals.distance_m,
        duration_s=totals.duration_s,
        cost_eur=_driving_eur(usual),
        co2e_g=totals.co2e_g,
        engine=usual.made.engine if usual.made is not None else "",
        solve_s=usual.made.solve_s if usual.made is not None else 0.0,
        saving=Saving(distance_m=0, cost_eur=0.0, co2e_g=0.0),
    )
    return beside(plan, found)


def beside(plan: Plan, counterfactual: Counterfactual | None) -> Plan:
    """The plan with a counterfactual that was found for it before it was changed, if any."""
    if counterfactual is None:
        return replace(plan, counterfactual=None)
    saving = Saving(
        distance_m=counterfactual.distance_m - plan.totals.distance_m,
        cost_eur=cents(counterfactual.cost_eur - _driving_eur(plan)),
        co2e_g=cents(counterfactual.co2e_g - plan.totals.co2e_g),
    )
    return replace(plan, counterfactual=replace(counterfactual, saving=saving))


def _driving_eur(plan: Plan) -> float:
    return cents(fsum(route.cost.total_eur for route in plan.routes))
