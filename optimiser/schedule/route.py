"""One truck's route: its steps with times and loads, and its sums."""

from dataclasses import replace
from math import fsum
from typing import NamedTuple

from optimiser.domain.plan import Load, Route, RouteCost, Step
from optimiser.domain.problem import Problem
from optimiser.emissions import leg_energy, work_energy
from optimiser.schedule.itinerary import Call, Itinerary
from optimiser.schedule.load import Loads, loads
from optimiser.schedule.money import cents, route_cost
from optimiser.schedule.walk import Moment, Timing


class Leg(NamedTuple):
    """What was driven to get to a step."""

    distance_m: int
    driving_s: int


NO_LEG = Leg(0, 0)


class Sums(NamedTuple):
    """What a route adds up to; fields as in `Route`."""

    stops: int
    lifts: int
    distance_m: int
    duration_s: int
    driving_s: int
    service_s: int
    overtime_s: int
    mass_kg: float
    volume_l: float
    energy: float
    co2e_g: float
    cost: RouteCost


def make_route(problem: Problem, stops: Itinerary, timing: Timing) -> Route:
    """Put an itinerary and its timing together into a route."""
    carried = loads(problem, stops)
    return Route(
        truck_id=stops.truck.id,
        steps=_steps(problem, stops, timing, carried),
        waiting_s=timing.waiting_s,
        break_s=timing.pause_s,
        energy_unit="kWh" if stops.truck.energy.kind == "electric" else "l",
        **route_sums(problem, stops, timing, carried)._asdict(),
    )


def route_sums(problem: Problem, stops: Itinerary, timing: Timing, carried: Loads) -> Sums:
    """Times, loads, energy and money of a route, without its steps."""
    truck = stops.truck
    service_s = sum(call.duration_s for call in stops.calls)
    distance_m = sum(stops.distance_m)
    duration_s = timing.home_s - timing.leave_s
    overtime_s = min(duration_s, max(0, timing.home_s - problem.day.seconds(truck.shift.ends)))
    energy = fsum(
        leg_energy(truck, metres, carried.mass_on_board(leg))
        for leg, metres in enumerate(stops.distance_m)
    ) + work_energy(truck, service_s, carried.lifts)
    co2e_g = energy * truck.energy.co2e_g_per_unit
    return Sums(
        stops=sum(call.kind == "visit" for call in stops.calls),
        lifts=carried.lifts,
        distance_m=distance_m,
        duration_s=duration_s,
        driving_s=sum(timing.driving_s),
        service_s=service_s,
        overtime_s=overtime_s,
        mass_kg=cents(carried.mass_kg),
        volume_l=cents(carried.volume_l),
        energy=cents(energy),
        co2e_g=cents(co2e_g),
        cost=route_cost(
            problem,
            truck,
            distance_m=distance_m,
            duration_s=duration_s,
            overtime_s=overtime_s,
            co2e_g=co2e_g,
        ),
    )


def _steps(problem: Problem, stops: Itinerary, timing: Timing, carried: Loads) -> tuple[Step, ...]:
    """All steps in order; each pause stands in the leg of its place."""
    steps = [_step(problem, stops.calls[0], timing.moments[0], NO_LEG, carried.after[0])]
    pauses = list(zip(timing.pauses, timing.paused, strict=True))
    for index, call in enumerate(stops.calls[1:]):
        leg, load = Leg(stops.distance_m[index], timing.driving_s[index]), carried.after[index]
        while pauses and pauses[0][0].leg == index:
            pause, moment = pauses.pop(0)
            at, driven = (call, leg) if pause.after else (stops.calls[index], NO_LEG)
            steps.append(_as_break(_step(problem, at, moment, driven, load), after=pause.after))
            leg = NO_LEG if pause.after else leg
        steps.append(_step(problem, call, timing.moments[index + 1], leg, carried.after[index + 1]))
    return tuple(steps)


def _step(problem: Problem, call: Call, moment: Moment, leg: Leg, load: tuple[Load, ...]) -> Step:
    visit = problem.visit_by_id[call.ref] if call.kind == "visit" else None
    return Step(
        kind=call.kind,
        ref=call.ref,
        name=visit.name if visit else _name(problem, call),
        place=problem.places[call.row],
        arrival=problem.day.instant(moment.arrival),
        begin=problem.day.instant(moment.begin),
        departure=problem.day.instant(moment.departure),
        distance_m=leg.distance_m,
        driving_s=leg.driving_s,
        load=load,
        required=visit.required if visit else None,
        prize_eur=visit.prize_eur if visit else None,
        evidence=visit.evidence if visit else None,
    )


def _as_break(step: Step, *, after: bool) -> Step:
    return replace(
        step,
        kind="break",
        ref="",
        name="",
        break_at="after_leg" if after else "before_leg",
        required=None,
        prize_eur=None,
        evidence=None,
    )


def _name(problem: Problem, call: Call) -> str:
    if call.kind == "unload":
        return problem.site_by_id[call.ref].name
    return problem.depot_by_id[call.ref].name if call.ref else ""
