"""Small edits of plans and problems, for breaking them on purpose."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from optimiser.domain.plan import Plan, Route, Step
from optimiser.domain.problem import Problem
from optimiser.schedule import with_counterfactual


def with_route(plan: Plan, number: int, **changes: Any) -> Plan:
    routes = list(plan.routes)
    routes[number] = replace(routes[number], **changes)
    return replace(plan, routes=tuple(routes))


def with_steps(plan: Plan, number: int, steps: tuple[Step, ...]) -> Plan:
    return with_route(plan, number, steps=steps)


def with_step(plan: Plan, number: int, index: int, **changes: Any) -> Plan:
    steps = list(plan.routes[number].steps)
    steps[index] = replace(steps[index], **changes)
    return with_steps(plan, number, tuple(steps))


def with_route_cost(plan: Plan, number: int, **changes: Any) -> Plan:
    return with_route(plan, number, cost=replace(plan.routes[number].cost, **changes))


def with_cost(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, cost=replace(plan.cost, **changes))


def with_totals(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, totals=replace(plan.totals, **changes))


def with_saving_off(plan: Plan, name: str) -> Plan:
    """A counterfactual as the plan itself, whose saving of nothing is two off in one number."""
    plan = with_counterfactual(plan, plan)
    other = plan.counterfactual
    assert other is not None
    saving = replace(other.saving, **{name: getattr(other.saving, name) + 2})
    return replace(plan, counterfactual=replace(other, saving=saving))


def without_step(plan: Plan, number: int, index: int) -> Plan:
    steps = plan.routes[number].steps
    return with_steps(plan, number, steps[:index] + steps[index + 1 :])


def with_load(plan: Plan, number: int, index: int, compartment: int, **changes: Any) -> Plan:
    loads = list(plan.routes[number].steps[index].load)
    loads[compartment] = replace(loads[compartment], **changes)
    return with_step(plan, number, index, load=tuple(loads))


def later(plan: Plan, number: int, index: int, seconds: float, *names: str) -> Plan:
    """Move the named times (arrival, begin, departure) of one step."""
    step = plan.routes[number].steps[index]
    moved = {name: getattr(step, name) + timedelta(seconds=seconds) for name in names}
    return with_step(plan, number, index, **moved)


def whole_day_later(route: Route, seconds: float) -> Route:
    """Move every time of a route alike."""
    by = timedelta(seconds=seconds)
    steps = tuple(
        replace(
            each, arrival=each.arrival + by, begin=each.begin + by, departure=each.departure + by
        )
        for each in route.steps
    )
    return replace(route, steps=steps)


def _changed(things: tuple[Any, ...], ident: str, changes: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(replace(each, **changes) if each.id == ident else each for each in things)


def with_truck(problem: Problem, ident: str, **changes: Any) -> Problem:
    return replace(problem, trucks=_changed(problem.trucks, ident, changes))


def with_visit(problem: Problem, ident: str, **changes: Any) -> Problem:
    return replace(problem, visits=_changed(problem.visits, ident, changes))


def with_site(problem: Problem, ident: str, **changes: Any) -> Problem:
    return replace(problem, disposal_sites=_changed(problem.disposal_sites, ident, changes))


def with_depot(problem: Problem, ident: str, **changes: Any) -> Problem:
    return replace(problem, depots=_changed(problem.depots, ident, changes))


def with_limits(problem: Problem, ident: str, **changes: Any) -> Problem:
    truck = problem.truck_by_id[ident]
    return with_truck(problem, ident, limits=replace(truck.limits, **changes))
