"""The problem of what is still to be done on a day, from a plan and how far its trucks are."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from api.usecases.edits.draft import actions_of
from api.usecases.errors import Invalid
from api.usecases.replanning.late import with_ways_home
from api.usecases.replanning.standing import Standing
from optimiser.domain.calendar import clock_seconds
from optimiser.domain.fleet import DailyLimits, Present, Truck
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action


def rest_of_day(
    problem: Problem,
    plan: Plan,
    standings: Mapping[str, Standing],
    *,
    settled: frozenset[str],
    now: datetime,
    freeze_until: datetime | None,
    pinned: Mapping[str, str],
    change_eur: float | None,
) -> Problem:
    """Without what is settled, as told or by the standings; trucks under way start where they are,
    with what they carry, and may come home, however late it is.

    Stops that begin before `freeze_until` stay as they are, first on their trucks, and so does
    what is locked. `pinned` is visit -> truck. Raises Invalid (`no_trucks`), and ValueError where
    the parts make no problem.
    """
    settled = settled.union(*(each.settled for each in standings.values()))
    routes = {route.truck_id: route for route in plan.routes}
    trucks = tuple(
        replace(after, first=_first(truck, routes.get(truck.id), standings, settled, freeze_until))
        for truck in problem.trucks
        if (after := _truck_now(problem, truck, standings.get(truck.id), now)) is not None
    )
    if not trucks:
        raise Invalid("no truck has any of its shift left", code="no_trucks")
    there = {each.id for each in trucks}
    on = {each.ref: truck for truck, route in routes.items() for each in actions_of(route)}
    rest = replace(
        problem,
        trucks=trucks,
        visits=tuple(
            _visit_now(each, on.get(each.id), pinned.get(each.id), there)
            for each in problem.visits
            if each.id not in settled
        ),
        rates=problem.rates
        if change_eur is None
        else replace(problem.rates, change_eur=change_eur),
    )
    return with_ways_home(rest)


def _visit_now(visit: Visit, on: str | None, pinned: str | None, there: set[str]) -> Visit:
    wanted = pinned or visit.pinned_truck_id
    return replace(
        visit, published_truck_id=on, pinned_truck_id=wanted if wanted in there else None
    )


def _truck_now(
    problem: Problem, truck: Truck, standing: Standing | None, now: datetime
) -> Truck | None:
    """The truck from now on; None if it is at home and its shift is over."""
    is_over = problem.day.elapsed(now) >= problem.day.seconds(truck.shift.ends)
    if standing is not None:
        return None if standing.is_home and is_over else _under_way(problem, standing)
    if problem.day.elapsed(now) <= problem.day.seconds(truck.shift.starts):
        return truck
    starts = None if is_over else problem.day.clock_at(now)
    if starts is None or clock_seconds(starts) >= clock_seconds(truck.shift.ends):
        return None
    return replace(truck, shift=replace(truck.shift, starts=starts))


def _under_way(problem: Problem, standing: Standing) -> Truck:
    truck, driven = standing.truck, standing.driven
    present = Present(
        place=standing.place,
        at=problem.day.clock_at(standing.at),
        load=standing.load,
        driven_s=_since_rest(driven),
    )
    energy = truck.energy
    if energy.range_m is not None and driven is not None:
        energy = replace(energy, range_m=max(1, energy.range_m - _way(driven)))
    return replace(
        truck,
        present=present,
        break_rule=None if standing.break_taken else truck.break_rule,
        limits=_limits_left(truck.limits, driven, standing.at),
        energy=energy,
    )


def _limits_left(limits: DailyLimits, driven: Route | None, at: datetime) -> DailyLimits:
    if driven is None:
        return limits
    used = {
        "stops": driven.stops,
        "distance_m": _way(driven),
        "driving_s": sum(each.driving_s for each in driven.steps[:-1]),
        "duration_s": max(0, round((at - driven.steps[0].departure).total_seconds())),
        "mass_kg": driven.mass_kg,
        "volume_l": driven.volume_l,
    }
    left = {
        name: max(0, most - used[name])
        for name in used
        if (most := getattr(limits, name)) is not None
    }
    return replace(limits, **left)


def _way(driven: Route) -> int:
    """Metres up to the last thing done: without the way home that the schedule adds."""
    return sum(each.distance_m for each in driven.steps[:-1])


def _since_rest(driven: Route | None) -> int:
    """Seconds driven since the last break."""
    so_far = 0
    for step in driven.steps[:-1] if driven is not None else ():
        so_far = 0 if step.kind == "break" else so_far + step.driving_s
    return so_far


def _first(
    truck: Truck,
    route: Route | None,
    standings: Mapping[str, Standing],
    settled: frozenset[str],
    freeze_until: datetime | None,
) -> tuple[Action, ...]:
    """What stays first on a truck: locked before, or begun before `freeze_until`."""
    if route is None:
        return ()
    actions = actions_of(route)
    past = _past(actions, standings.get(truck.id), settled)
    steps = [each for each in route.steps if each.kind in ("visit", "unload")][past:]
    frozen = list(
        takewhile(lambda step: freeze_until is not None and step.begin < freeze_until, steps)
    )
    kept = max(len(frozen), len(truck.first) - past)
    return tuple(each for each in actions[past : past + kept] if each.ref not in settled)


def _past(actions: tuple[Action, ...], standing: Standing | None, settled: frozenset[str]) -> int:
    """How many of the planned actions lie behind a truck."""
    past = max((at + 1 for at, each in enumerate(actions) if each.ref in settled), default=0)
    unloaded = standing is not None and standing.done and standing.done[-1].kind == "unload"
    if unloaded and past < len(actions) and actions[past].kind == "unload":
        past += 1
    return past
