"""The pipeline, readable in one screen: fill states -> problem -> search -> verified plan."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Depot, DisposalSite, Truck
from optimiser.domain.plan import Left, Made, Plan, Route, Step, Violation
from optimiser.domain.problem import Problem, Rates
from optimiser.domain.solution import Solution
from optimiser.domain.travel import Travel
from optimiser.explain import why_here, why_left
from optimiser.forecast import FillState
from optimiser.schedule import beside, build_plan, with_counterfactual
from optimiser.search import PlanningFailed, Progress, search
from optimiser.selection import Policy, SelectionParams, choose, fixed_round, trips_of
from optimiser.solvers import Stop, solve_here
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

__all__ = [
    "PlanningFailed",
    "Progress",
    "Stop",
    "explain",
    "fixed_round",
    "judge",
    "make_plan",
    "make_plan_here",
    "make_problem",
    "with_counterfactual",
]

LAST_WORDS_S = 1.0
"""Seconds for the reasons of a plan that was cancelled, which is to end within two."""


def make_problem(
    *,
    days: Sequence[ServiceDay],
    depots: Sequence[Depot],
    disposal_sites: Sequence[DisposalSite],
    trucks: Sequence[Truck],
    bins: Sequence[Bin],
    states: Sequence[FillState],
    params: SelectionParams,
    travel: Travel,
    rates: Rates,
    policy: Policy = choose,
) -> Problem:
    """Forecast and choice: every bin becomes a visit, required or with its prize.

    `days[0]` is the day planned, `days[1:]` are the next days of service in their order, at
    least one: when a bin that is left could be emptied. Raises ValueError where the parts
    do not make a problem (no truck, a truck without its depot, no next day).
    """
    trips = params.trips
    if trips is None:
        trips = trips_of(trucks, depots, disposal_sites, bins, rates=rates, travel=travel)
    known = replace(params, trips=trips)
    return Problem(
        service_date=days[0].service_date,
        timezone=days[0].timezone,
        depots=tuple(depots),
        disposal_sites=tuple(disposal_sites),
        trucks=tuple(trucks),
        visits=policy(bins, states, days=days, params=known),
        travel=travel,
        rates=rates,
    )


def make_plan(
    problem: Problem,
    *,
    stop: Stop,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    memory_mb: int = 4096,
) -> Plan:
    """Search, schedule, verify and explain. Only a plan that the verifier passes is returned.

    If cancelled, the best verified plan so far, with those reasons that take no longer than
    `LAST_WORDS_S`. Raises PlanningFailed if the search ended without a plan that passes.
    """
    started = monotonic()
    travel = travel_matrix(problem)
    found = search(
        problem,
        travel,
        stop,
        seed=seed,
        on_progress=on_progress,
        cancelled=cancelled,
        memory_mb=memory_mb,
    )
    made = Made(
        engine=found.engine,
        seed=seed,
        solve_s=round(monotonic() - started, 3),
        solutions=found.solutions,
    )
    left = why_left(problem, travel, found.plan, cancelled=_for_some_time(cancelled))
    routes = tuple(_explained(problem, route) for route in found.plan.routes)
    return replace(found.plan, routes=routes, left=left, made=made)


def make_plan_here(problem: Problem, *, stop: Stop, seed: int = 0) -> Plan:
    """Search in this process and on one core, schedule and verify; nothing is explained.

    For simulations, which plan thousands of small days. Raises PlanningFailed as `make_plan`.
    """
    found = search(
        problem,
        travel_matrix(problem),
        stop,
        seed=seed,
        on_progress=None,
        cancelled=None,
        memory_mb=4096,
        solve=solve_here,
    )
    return found.plan


def _for_some_time(cancelled: Callable[[], bool] | None) -> Callable[[], bool]:
    """Whether cancelled, and asked for it `LAST_WORDS_S` ago for the first time."""
    first: list[float] = []

    def long_ago() -> bool:
        if cancelled is None or not (first or cancelled()):
            return False
        first.append(monotonic())
        return first[-1] - first[0] > LAST_WORDS_S

    return long_ago


def judge(problem: Problem, solution: Solution) -> tuple[Plan, tuple[Violation, ...]]:
    """Orders from outside, scheduled as a plan, and every rule that it breaks.

    Bins left are not explained yet. Raises KeyError for an id that the problem lacks.
    """
    plan = build_plan(problem, travel_matrix(problem), solution)
    return plan, verify(problem, plan)


def explain(problem: Problem, plan: Plan, *, before: Plan | None = None) -> Plan:
    """A plan with its reasons. Those of a plan `before` that are still true are taken from it:
    of bins left then too, found out on trucks whose routes are the same. So is its counterfactual,
    of the same day and trucks.
    """
    kept = _still_true(plan, before) if before is not None else {}
    new = replace(plan, left=tuple(each for each in plan.left if each.visit_id not in kept))
    found = {each.visit_id: each for each in why_left(problem, travel_matrix(problem), new)}
    left = tuple(kept.get(each.visit_id) or found[each.visit_id] for each in plan.left)
    routes = tuple(_explained(problem, each) for each in plan.routes)
    counterfactual = before.counterfactual if before is not None else None
    return beside(replace(plan, routes=routes, left=left), counterfactual)


def _still_true(plan: Plan, before: Plan) -> dict[str, Left]:
    old = {route.truck_id: route for route in before.routes}
    now = {route.truck_id: route for route in plan.routes}
    changed = {
        truck
        for truck in old.keys() | now.keys()
        if truck not in old or truck not in now or _refs(old[truck]) != _refs(now[truck])
    }
    facts = {each.visit_id: (each.required, each.prize_eur) for each in plan.left}
    return {
        each.visit_id: each
        for each in before.left
        if facts.get(each.visit_id) == (each.required, each.prize_eur)
        and not changed & set(each.trucks)
    }


def _refs(route: Route) -> tuple[str, ...]:
    return tuple(step.ref for step in route.steps)


def _explained(problem: Problem, route: Route) -> Route:
    return replace(route, steps=tuple(_with_reason(problem, step) for step in route.steps))


def _with_reason(problem: Problem, step: Step) -> Step:
    if step.kind != "visit":
        return step
    visit = problem.visit_by_id[step.ref]
    return replace(step, why=why_here(visit, step.begin, problem.day.zone))
