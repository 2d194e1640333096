"""A truck's places in order, with what bounds the time at each."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Truck
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, TruckOrder
from optimiser.schedule.homeward import emptied
from optimiser.travel import TravelMatrix

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Call:
    """A place that a truck calls at: its matrix row, time it takes there, open windows.

    What begins after `due_s` is late, also within a window: waste that is unloaded here must be
    unloaded by then.
    """

    kind: Literal["start", "visit", "unload", "end"]
    ref: str
    row: int
    duration_s: int
    windows: tuple[Window, ...]
    due_s: float = inf


@dataclass(frozen=True, slots=True)
class Lunch:
    """The break rule in seconds of the service day."""

    duration_s: int
    earliest_s: int
    latest_s: int


@dataclass(frozen=True, slots=True)
class Rests:
    """The driving rule: most seconds of driving without a rest, how long a rest takes, and
    what has been driven since the last one when the route starts.
    """

    most_s: int
    rest_s: int
    driven_s: int


@dataclass(frozen=True, slots=True)
class Itinerary:
    """Calls from where the truck starts to the end depot and the legs between them.

    `distance_m[i]` and `plain_s[i]` belong to the leg from call i to call i + 1. A truck that is
    `under_way` leaves at the one second that its start is open, and not later.
    """

    truck: Truck
    calls: tuple[Call, ...]
    distance_m: tuple[int, ...]
    plain_s: tuple[int, ...]
    lunch: Lunch | None
    rests: Rests | None = None
    under_way: bool = False

    @property
    def first_s(self) -> int:
        """The first second at which the truck may leave."""
        windows = self.calls[0].windows
        return windows[0][0] if windows else 0


def itinerary(problem: Problem, travel: TravelMatrix, order: TruckOrder) -> Itinerary:
    """Lay out one truck's order. Raises KeyError for an id that the problem does not have."""
    truck = problem.truck_by_id[order.truck_id]
    within = _shift(problem, truck)
    calls = [
        _start(problem, truck, within),
        *_between(problem, truck, order.actions),
        _depot(problem, "end", truck.end_depot_id, within),
    ]
    metres, plain_s = travel.along([call.row for call in calls])
    return Itinerary(
        truck,
        tuple(calls),
        tuple(metres.tolist()),
        tuple(plain_s.tolist()),
        _lunch(problem.day, truck),
        _rests(truck),
        under_way=truck.present is not None,
    )


def _shift(problem: Problem, truck: Truck) -> Window:
    """When a truck may be out; for one that is under way, from now on."""
    day, shift = problem.day, truck.shift
    first = shift.starts if truck.present is None else truck.present.at
    return day.seconds(first), day.seconds(shift.ends) + shift.overtime_s


def _start(problem: Problem, truck: Truck, within: Window) -> Call:
    if truck.present is None:
        return _depot(problem, "start", truck.start_depot_id, within)
    now = within[0]
    return Call("start", "", problem.present_index[truck.id], 0, ((now, now),))


def _depot(problem: Problem, kind: Literal["start", "end"], depot_id: str, within: Window) -> Call:
    first, last = within
    windows = problem.day.windows(problem.depot_by_id[depot_id].hours)
    open_then = tuple(
        (max(first, opens), min(last, closes))
        for opens, closes in windows
        if max(first, opens) <= min(last, closes)
    )
    return Call(kind, depot_id, problem.depot_index[depot_id], 0, open_then)


def _between(problem: Problem, truck: Truck, actions: Sequence[Action]) -> list[Call]:
    """Calls at bins and sites; at a site with the earliest deadline of what it empties."""
    calls, due = [], [inf] * len(truck.compartments)
    for action in actions:
        if action.kind == "visit":
            calls.append(_visit(problem, action.ref))
            visit = problem.visit_by_id[action.ref]
            hold = truck.compartment_of(visit.fraction)
            if visit.unload_by is not None and hold is not None:
                due[hold] = min(due[hold], problem.day.seconds(visit.unload_by))
            continue
        holds = emptied(truck, problem.site_by_id[action.ref])
        calls.append(_unload(problem, action.ref, min((due[n] for n in holds), default=inf)))
        for n in holds:
            due[n] = inf
    return calls


def _visit(problem: Problem, ref: str) -> Call:
    visit = problem.visit_by_id[ref]
    windows = problem.day.windows(visit.hours)
    return Call("visit", ref, problem.visit_index[ref], visit.service_s, windows)


def _unload(problem: Problem, ref: str, due_s: float) -> Call:
    site = problem.site_by_id[ref]
    windows = problem.day.windows(site.hours)
    return Call("unload", ref, problem.site_index[ref], site.unload_s, windows, due_s)


def _lunch(day: ServiceDay, truck: Truck) -> Lunch | None:
    rule = truck.break_rule
    if rule is None:
        return None
    return Lunch(rule.duration_s, day.seconds(rule.earliest), day.seconds(rule.latest))


def _rests(truck: Truck) -> Rests | None:
    rule, present = truck.driving_rule, truck.present
    if rule is None:
        return None
    return Rests(rule.most_s, rule.rest_s, present.driven_s if present else 0)
