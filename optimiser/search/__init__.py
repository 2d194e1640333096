"""Engines working together on one problem; every result is scheduled and verified."""

from optimiser.search.judge import FAILURES, Found, PlanningFailed, Progress
from optimiser.search.portfolio import search

__all__ = ["FAILURES", "Found", "PlanningFailed", "Progress", "search"]
