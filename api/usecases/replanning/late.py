"""Trucks that are out longer than they may be: they get the time that the way home takes."""

from collections.abc import Iterator
from dataclasses import replace

from optimiser.domain.fleet import DailyLimits, Truck
from optimiser.domain.plan import Route
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import judge


def with_ways_home(problem: Problem) -> Problem:
    """Every truck under way can do what it must do first, unload and come home.

    Where shift, overtime or limits of the day do not allow that, they are stretched to exactly
    that and no more, by the site from which it is home first. A truck that cannot be emptied
    any more at all stays as it is.
    """
    return replace(
        problem,
        trucks=tuple(
            truck if truck.present is None else _able_to_come_home(problem, truck)
            for truck in problem.trucks
        ),
    )


def _able_to_come_home(problem: Problem, truck: Truck) -> Truck:
    stretched = []
    for order in _ways_home(problem, truck):
        route, breaks_rules = _judged(problem, truck, order)
        if not breaks_rules:
            return truck
        longer = _stretched(problem, truck, route)
        if not _judged(problem, longer, order)[1]:
            stretched.append(longer)
    return min(stretched, key=lambda each: each.shift.overtime_s, default=truck)


def _ways_home(problem: Problem, truck: Truck) -> Iterator[TruckOrder]:
    """What is first, and the last unloading at each site or none."""
    yield TruckOrder(truck.id, truck.first)
    for site in problem.disposal_sites:
        yield TruckOrder(truck.id, (*truck.first, Action("unload", site.id)))


def _judged(problem: Problem, truck: Truck, order: TruckOrder) -> tuple[Route, bool]:
    """The way home as a route, and whether it breaks a rule."""
    first = {each.ref for each in truck.first}
    visits = tuple(each for each in problem.visits if each.id in first)
    alone = replace(problem, trucks=(truck,), visits=visits)
    plan, violations = judge(alone, Solution((order,)))
    return plan.routes[0], bool(violations)


def _stretched(problem: Problem, truck: Truck, route: Route) -> Truck:
    home_s = problem.day.elapsed(route.steps[-1].arrival)
    late_s = max(0, home_s - problem.day.seconds(truck.shift.ends))
    return replace(
        truck,
        shift=replace(truck.shift, overtime_s=max(truck.shift.overtime_s, late_s)),
        limits=_limits(truck.limits, route),
    )


def _limits(limits: DailyLimits, route: Route) -> DailyLimits:
    needed = {name: getattr(route, name) for name in ("distance_m", "duration_s", "driving_s")}
    longer = {
        name: max(most, needed[name])
        for name in needed
        if (most := getattr(limits, name)) is not None
    }
    return replace(limits, **longer)
