"""How far each truck is: by what its driver reported, or else by the clock of its plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.usecases.driver.events import BreakTaken, DriverEvent, StopDone, StopSkipped, Unloaded
from optimiser.domain.fleet import OnBoard, Truck
from optimiser.domain.places import Place
from optimiser.domain.plan import Plan, Route, Step
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix


@dataclass(frozen=True)
class Standing:
    """A truck under way, free to go on at `at`.

    `done`: what it has emptied and unloaded, in order; `settled`: bins that need no further
    visit, as they were emptied or skipped; `driven`: its route so far, as the schedule has it.
    `is_home`: by its plan it has come home, and nobody says otherwise.
    """

    truck: Truck
    at: datetime
    place: Place
    load: tuple[OnBoard, ...]
    done: tuple[Action, ...]
    settled: frozenset[str]
    driven: Route | None
    break_taken: bool
    is_home: bool


def standing_of(
    problem: Problem,
    plan: Plan,
    truck: Truck,
    events: Sequence[DriverEvent],
    *,
    at: datetime,
    is_out: bool,
) -> Standing | None:
    """How far a truck is; None if it has not left. `events` are the truck's own, in order.

    `is_out`: somebody said so. Without events all that the plan has done by `at` counts as done.
    """
    route = next((each for each in plan.routes if each.truck_id == truck.id), None)
    told = [each for each in events if each.time <= at]
    left_by_plan = route is not None and route.steps[0].departure <= at
    if not (is_out or told or left_by_plan):
        return None
    done = _reported(problem, told) if told else _by_clock(route, at)
    settled = frozenset(
        {each.ref for each in done if each.kind == "visit"}
        | {each.visit_id for each in _latest(told) if isinstance(each, StopSkipped)}
    )
    driven = _driven(problem, truck, done)
    home = None if is_out or told else _home_by_plan(route, at)
    return Standing(
        truck=truck,
        at=at,
        place=home or _place(problem, truck, told, driven),
        load=_load(truck, driven),
        done=done,
        settled=settled,
        driven=driven,
        break_taken=_break_taken(route, told, at),
        is_home=home is not None,
    )


def settled_by(events: Sequence[DriverEvent], now: datetime) -> frozenset[str]:
    """Bins that were emptied or skipped, by whichever truck. Events in order."""
    return frozenset(each.visit_id for each in _latest([e for e in events if e.time <= now]))


def _latest(events: Sequence[DriverEvent]) -> list[StopDone | StopSkipped]:
    """The last word on each stop, in the order of those words."""
    found: dict[str, StopDone | StopSkipped] = {}
    for each in events:
        if isinstance(each, StopDone | StopSkipped):
            found.pop(each.visit_id, None)
            found[each.visit_id] = each
    return list(found.values())


def _home_by_plan(route: Route | None, at: datetime) -> Place | None:
    last = route.steps[-1] if route is not None else None
    return last.place if last is not None and last.arrival <= at else None


def _reported(problem: Problem, events: Sequence[DriverEvent]) -> tuple[Action, ...]:
    last = {each.id for each in _latest(events)}
    done = []
    for each in events:
        if isinstance(each, StopDone) and each.id in last and each.visit_id in problem.visit_by_id:
            done.append(Action("visit", each.visit_id))
        if isinstance(each, Unloaded) and each.site_id in problem.site_by_id:
            done.append(Action("unload", each.site_id))
    return tuple(done)


def _by_clock(route: Route | None, at: datetime) -> tuple[Action, ...]:
    return tuple(
        Action("visit" if step.kind == "visit" else "unload", step.ref)
        for step in (route.steps if route else ())
        if step.kind in ("visit", "unload") and step.departure <= at
    )


def _driven(problem: Problem, truck: Truck, done: tuple[Action, ...]) -> Route | None:
    """What was done, as a route of its own: the schedule adds up loads and ways."""
    if not done:
        return None
    solution = Solution((TruckOrder(truck.id, done),))
    plan = build_plan(problem, travel_matrix(problem), solution)
    return next(each for each in plan.routes if each.truck_id == truck.id)


def _load(truck: Truck, driven: Route | None) -> tuple[OnBoard, ...]:
    if driven is not None:
        held = driven.steps[-2].load
        return tuple(OnBoard(mass_kg=each.mass_kg, volume_l=each.volume_l) for each in held)
    if truck.present is not None:
        return truck.present.load
    return tuple(OnBoard() for _ in truck.compartments)


def _place(
    problem: Problem, truck: Truck, events: Sequence[DriverEvent], driven: Route | None
) -> Place:
    """The latest of the places that the driver's phone gave, else that of what was done last."""
    seen = [each.place for each in events if each.place is not None]
    if seen:
        return seen[-1]
    if driven is not None:
        return driven.steps[-2].place
    if truck.present is not None:
        return truck.present.place
    return problem.depot_by_id[truck.start_depot_id].place


def _break_taken(route: Route | None, events: Sequence[DriverEvent], at: datetime) -> bool:
    if events:
        return any(isinstance(each, BreakTaken) for each in events)
    return any(_is_past_break(step, at) for step in (route.steps if route else ()))


def _is_past_break(step: Step, at: datetime) -> bool:
    return step.kind == "break" and step.departure <= at
