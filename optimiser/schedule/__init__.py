"""From ids in order to a plan: times, breaks, loads, energy and money."""

from optimiser.schedule.counterfactual import beside, with_counterfactual
from optimiser.schedule.plan import build_plan

__all__ = ["beside", "build_plan", "with_counterfactual"]
