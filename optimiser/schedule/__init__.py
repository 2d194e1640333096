"""From ids in order to a plan: times, breaks, loads, energy and money."""

from optimiser.schedule.plan import build_plan

__all__ = ["build_plan"]
