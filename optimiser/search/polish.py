"""The last step: a few neighbouring routes at a time, searched by OR-Tools with the whole model."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random

from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution, TruckOrder
from optimiser.solvers import SolverFailed, Stop, polisher, solve_with

GROUPS = 2
"""Groups that are polished side by side."""
GROUP_STOPS = 100
"""A group has about so many stops: OR-Tools improves these within seconds."""

Group = tuple[str, ...]
"""Ids of the trucks whose routes are polished together."""


def groups_to_polish(plan: Plan, seed: int) -> list[Group]:
    """Disjoint groups of neighbouring routes: a route drawn by chance, and those nearest to it."""
    random = Random(seed)  # noqa: S311  # a search needs no secret randomness
    middles = {route.truck_id: _middle(route) for route in plan.routes if route.stops}
    stops = {route.truck_id: route.stops for route in plan.routes}
    groups: list[Group] = []
    free = sorted(middles)
    while free and len(groups) < GROUPS:
        here = middles[random.choice(free)]
        free.sort(key=lambda truck: abs(middles[truck] - here))
        group: list[str] = []
        while free and (not group or sum(stops[t] for t in (*group, free[0])) <= GROUP_STOPS):
            group.append(free.pop(0))
        groups.append(tuple(group))
    return groups


def _middle(route: Route) -> complex:
    """Where a route is on the whole, in coordinates of its places."""
    points = [
        complex(step.place.lon, step.place.lat)
        if isinstance(step.place, GeoPoint)
        else complex(step.place.x_m, step.place.y_m)
        for step in route.steps
        if step.kind == "visit"
    ]
    return sum(points) / len(points)


def polished(
    problem: Problem,
    start: Solution,
    groups: Sequence[Group],
    stop: Stop,
    *,
    seed: int,
    cancelled: Callable[[], bool],
    memory_mb: int,
) -> list[Solution]:
    """Solutions with each group polished, and one with all of them; an engine that fails is left
    out.
    """

    def one(group: Group) -> Solution | None:
        try:
            return solve_with(
                partial(polisher, group),
                problem,
                stop,
                seed=seed,
                warm_start=start,
                on_solution=lambda _: None,
                cancelled=cancelled,
                memory_mb=memory_mb,
            )
        except SolverFailed as failure:
            return failure.best

    with ThreadPoolExecutor(len(groups)) as threads:
        found = [
            (group, each)
            for group, each in zip(groups, threads.map(one, groups), strict=True)
            if each
        ]
    together = start
    for group, solution in found:
        together = _with_routes(together, solution, group)
    done = [a.ref for order in together.orders for a in order.actions if a.kind == "visit"]
    single = [solution for _, solution in found]
    return [together, *single] if len(set(done)) == len(done) else single


def _with_routes(base: Solution, other: Solution, group: Group) -> Solution:
    """A solution with the routes that another one has for some trucks."""
    kept = [order for order in base.orders if order.truck_id not in group]
    new: list[TruckOrder] = [order for order in other.orders if order.truck_id in group]
    return Solution((*kept, *new))
