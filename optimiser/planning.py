"""The pipeline, readable in one screen: fill states -> problem -> search -> verified plan."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Depot, DisposalSite, Truck
from optimiser.domain.plan import Made, Plan, Route, Step
from optimiser.domain.problem import Problem, Rates
from optimiser.domain.travel import Travel
from optimiser.explain import why_here, why_left
from optimiser.forecast import FillState
from optimiser.search import PlanningFailed, Progress, search
from optimiser.selection import SelectionParams, choose
from optimiser.solvers import Stop
from optimiser.travel import travel_matrix

__all__ = ["PlanningFailed", "Progress", "Stop", "make_plan", "make_problem"]


def make_problem(
    *,
    day: ServiceDay,
    next_day: ServiceDay,
    depots: Sequence[Depot],
    disposal_sites: Sequence[DisposalSite],
    trucks: Sequence[Truck],
    bins: Sequence[Bin],
    states: Sequence[FillState],
    params: SelectionParams,
    travel: Travel,
    rates: Rates,
) -> Problem:
    """Forecast and choice: every bin becomes a visit, required or with its prize.

    `next_day` is the next day on which a bin left on `day` could be emptied. Raises
    ValueError where the parts do not make a problem (no truck, a truck without its depot).
    """
    return Problem(
        service_date=day.service_date,
        timezone=day.timezone,
        depots=tuple(depots),
        disposal_sites=tuple(disposal_sites),
        trucks=tuple(trucks),
        visits=choose(bins, states, day=day, next_day=next_day, params=params),
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

    If cancelled, the best verified plan so far. Raises PlanningFailed if the search ended
    without a plan that passes.
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
    left = why_left(problem, travel, found.plan)
    routes = tuple(_explained(problem, route) for route in found.plan.routes)
    return replace(found.plan, routes=routes, left=left, made=made)


def _explained(problem: Problem, route: Route) -> Route:
    return replace(route, steps=tuple(_with_reason(problem, step) for step in route.steps))


def _with_reason(problem: Problem, step: Step) -> Step:
    if step.kind != "visit":
        return step
    visit = problem.visit_by_id[step.ref]
    return replace(step, why=why_here(visit, step.begin, problem.day.zone))
