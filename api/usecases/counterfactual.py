"""What the fixed schedule would have driven: searched for when the plan is found, and never at
the cost of the plan.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from api.usecases.problems import Day
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.planning import PlanningFailed, Stop, fixed_round, with_counterfactual

log = logging.getLogger(__name__)

LEAST_S, MOST_S = 2.0, 10.0
"""Seconds: in less the search shows nothing yet, and more would tell nothing new."""
SHORTEST_S = 10.0
"""A plan that is searched for less than this needs all its time itself."""
GRACE_S = 1.0
"""Seconds over its time after which it is stopped as a cancelled plan is."""


class _Planner(Protocol):
    def __call__(self, problem: Problem, *, stop: Stop, cancelled: Callable[[], bool]) -> Plan: ...


def split(stop: Stop, share: float) -> tuple[Stop, Stop | None]:
    """The limits of a plan's own search, and of that for its counterfactual: this share of the
    time and of the solutions, None where there is not enough. The times add up to what there was.
    """
    solutions = None if stop.solutions is None else max(1, round(share * stop.solutions))
    if share == 0 or (stop.seconds is not None and stop.seconds < SHORTEST_S):
        return stop, None
    if stop.seconds is None:
        return stop, Stop(solutions=solutions)
    rest_s = min(MOST_S, max(LEAST_S, share * stop.seconds))
    return Stop(stop.seconds - rest_s, stop.solutions), Stop(rest_s, solutions)


def with_usual(
    plan: Plan,
    day: Day,
    *,
    planner: _Planner,
    stop: Stop,
    cancelled: Callable[[], bool],
) -> Plan:
    """The plan with its counterfactual, or as it is if that cannot be had within `stop`."""
    if cancelled():
        return plan
    until = None if stop.seconds is None else monotonic() + stop.seconds + GRACE_S

    def over() -> bool:
        return cancelled() or (until is not None and monotonic() > until)

    try:
        usual = planner(day.problem(fixed_round), stop=stop, cancelled=over)
        return plan if cancelled() else with_counterfactual(plan, usual)
    except PlanningFailed as failure:
        log.warning("a plan of %s has no counterfactual: %s", plan.service_date, failure)
    except Exception:  # the plan is found: nothing here may take it away
        log.exception("a plan of %s has no counterfactual", plan.service_date)
    return plan
