"""Which truck could take a bin, where on its route, and what that would cost."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from api.store import plans as rows
from api.store.database import Database
from api.store.documents import load
from api.usecases.edits.draft import Draft, draft_of
from api.usecases.edits.placing import Place, cheapest, inserter_of, scheduled
from api.usecases.errors import Conflict, NotFound
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import required_plan
from api.usecases.problems import visit_of_bin
from api.usecases.publishing import refuse_unless_usable
from optimiser.domain.plan import Route, Violation
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action
from optimiser.explain.never import able_trucks, never, out_today
from optimiser.planning import judge


@dataclass(frozen=True)
class Option:
    """The cheapest place on one truck, after `position` of its stops, begun at `begin`.

    `extra_...` is what it adds to the plan without the bin. `violations`: what the truck's
    route would break; `code` and `detail`: the first thing found against it. A route that is not
    `fits` has no times.
    """

    truck_id: str
    fits: bool
    position: int
    extra_eur: float | None
    extra_distance_m: int | None = None
    extra_duration_s: int | None = None
    extra_co2e_g: float | None = None
    begin: datetime | None = None
    code: str | None = None
    detail: str | None = None
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """What could be done with a bin. Options that fit come first, the cheapest at the top.

    `truck_id`: who has it now, None if it is on no route. `prize_eur`: what leaving it costs, in
    expectation. `code`, `detail`, `suggestion`: why no truck at all can have it, else null.
    """

    visit_id: str
    truck_id: str | None
    required: bool
    prize_eur: float
    options: tuple[Option, ...]
    code: str | None = None
    detail: str | None = None
    suggestion: str | None = None


def recommend(db: Database, plan_id: str, bin_id: str, *, now: datetime) -> Recommendation:
    """Try a bin on every truck of a plan that could have it. Changes nothing.

    The bin may be on a route, left, or not in the plan at all. Raises NotFound (no such plan or
    bin), Conflict (`plan_not_done`, `plan_cancelled`).
    """
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        refuse_unless_usable(row)
        plan, problem = rows.fetch_plan(tx, plan_id), rows.fetch_problem(tx, plan_id)
    if plan is None or problem is None:
        raise Conflict("the plan was made without bins; ask for another", code="plan_not_done")
    draft = draft_of(problem, plan)
    if bin_id not in problem.visit_by_id:
        request = load(PlanRequest, row.request)
        visit = visit_of_bin(db, request, bin_id, now=now, timezone=problem.timezone)
        if visit is None:
            raise NotFound(f"there is no bin {bin_id!r}")
        draft = draft.with_new(visit)
    return recommended(draft, draft.problem.visit_by_id[bin_id])


def recommended(draft: Draft, visit: Visit) -> Recommendation:
    """The options for one of the draft's visits."""
    problem, on = draft.problem, draft.truck_of(visit.id)
    out = out_today(problem)
    reason = never(problem, out, visit)
    if reason is not None:
        told = (reason.code, reason.detail, reason.suggestion)
        return Recommendation(visit.id, on, visit.required, visit.prize_eur, (), *told)
    bare = draft.without_stop(visit.id)
    inserter = inserter_of(bare)
    routes = {route.truck_id: route for route in scheduled(bare).routes}
    found = [
        _option(problem, routes.get(truck.id), visit, place)
        for truck in able_trucks(out, visit)
        if (place := cheapest(inserter, visit, [truck])) is not None
    ]
    ranked = sorted(found, key=_rank)
    return Recommendation(visit.id, on, visit.required, visit.prize_eur, tuple(ranked))


def _rank(option: Option) -> tuple[bool, float, str]:
    price = option.extra_eur if option.extra_eur is not None else 0.0
    return not option.fits, price, option.truck_id


def _option(problem: Problem, before: Route | None, visit: Visit, place: Place) -> Option:
    order, tried = place.candidate.order, place.tried
    ahead = order.actions[: order.actions.index(Action("visit", visit.id))]
    position = sum(each.kind == "visit" for each in ahead)
    if tried.misfit is not None:
        price = round(tried.extra_eur, 4) if isfinite(tried.extra_eur) else None
        return Option(
            order.truck_id,
            fits=False,
            position=position,
            extra_eur=price,
            code=tried.misfit.code,
            detail=tried.misfit.detail,
        )
    route, violations = _judged(problem, place)
    (step,) = (each for each in route.steps if each.kind == "visit" and each.ref == visit.id)
    return Option(
        order.truck_id,
        fits=not violations,
        position=position,
        extra_eur=round(tried.extra_eur, 4),
        extra_distance_m=route.distance_m - (before.distance_m if before else 0),
        extra_duration_s=route.duration_s - (before.duration_s if before else 0),
        extra_co2e_g=round(route.co2e_g - (before.co2e_g if before else 0.0), 4),
        begin=step.begin,
        violations=violations,
    )


def _judged(problem: Problem, place: Place) -> tuple[Route, tuple[Violation, ...]]:
    """The route with the bin in it, and what the verifier says of it."""
    order = place.candidate.order
    plan, found = judge(problem, Draft(problem, {order.truck_id: order.actions}).solution)
    (route,) = (each for each in plan.routes if each.truck_id == order.truck_id)
    return route, tuple(each for each in found if each.truck_id == order.truck_id)
