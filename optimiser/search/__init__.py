"""Engines working together on one problem; every result is scheduled and verified."""

from optimiser.search.judge import FAILURES, Found, Judge, PlanningFailed, Progress
from optimiser.search.portfolio import search

__all__ = ["FAILURES", "Found", "Judge", "PlanningFailed", "Progress", "search"]
