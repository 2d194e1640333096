"""A truck's places in order, with what bounds the time at each."""

from dataclasses import dataclass
from typing import Literal

from optimiser.domain.fleet import Truck
from optimiser.domain.problem import Problem
from optimiser.domain.solution import TruckOrder
from optimiser.travel import TravelMatrix

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Call:
    """A place that a truck calls at: its matrix row, time it takes there, open windows."""

    kind: Literal["start", "visit", "unload", "end"]
    ref: str
    row: int
    duration_s: int
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Lunch:
    """The break rule in seconds of the service day."""

    duration_s: int
    earliest_s: int
    latest_s: int


@dataclass(frozen=True, slots=True)
class Itinerary:
    """Calls from the start depot to the end depot and the legs between them.

    `distance_m[i]` and `plain_s[i]` belong to the leg from call i to call i + 1.
    """

    truck: Truck
    calls: tuple[Call, ...]
    distance_m: tuple[int, ...]
    plain_s: tuple[int, ...]
    lunch: Lunch | None


def itinerary(problem: Problem, travel: TravelMatrix, order: TruckOrder) -> Itinerary:
    """Lay out one truck's order. Raises KeyError for an id that the problem does not have."""
    truck = problem.truck_by_id[order.truck_id]
    first, last = _shift(problem, truck)
    calls = [
        _depot(problem, "start", truck.start_depot_id, first, last),
        *(
            _visit(problem, action.ref) if action.kind == "visit" else _unload(problem, action.ref)
            for action in order.actions
        ),
        _depot(problem, "end", truck.end_depot_id, first, last),
    ]
    rows = [call.row for call in calls]
    metres, plain_s = travel.along(rows)
    return Itinerary(
        truck,
        tuple(calls),
        tuple(metres.tolist()),
        tuple(plain_s.tolist()),
        _lunch(problem, truck),
    )


def _shift(problem: Problem, truck: Truck) -> Window:
    shift = truck.shift
    return problem.day.seconds(shift.starts), problem.day.seconds(shift.ends) + shift.overtime_s


def _depot(
    problem: Problem, kind: Literal["start", "end"], depot_id: str, first: int, last: int
) -> Call:
    windows = problem.day.windows(problem.depot_by_id[depot_id].hours)
    within = tuple(
        (max(first, opens), min(last, closes))
        for opens, closes in windows
        if max(first, opens) <= min(last, closes)
    )
    return Call(kind, depot_id, problem.depot_index[depot_id], 0, within)


def _visit(problem: Problem, ref: str) -> Call:
    visit = problem.visit_by_id[ref]
    windows = problem.day.windows(visit.hours)
    return Call("visit", ref, problem.visit_index[ref], visit.service_s, windows)


def _unload(problem: Problem, ref: str) -> Call:
    site = problem.site_by_id[ref]
    windows = problem.day.windows(site.hours)
    return Call("unload", ref, problem.site_index[ref], site.unload_s, windows)


def _lunch(problem: Problem, truck: Truck) -> Lunch | None:
    rule = truck.break_rule
    if rule is None:
        return None
    day = problem.day
    return Lunch(rule.duration_s, day.seconds(rule.earliest), day.seconds(rule.latest))
