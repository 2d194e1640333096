"""Room in a route, found for all visits at once, against each place scheduled on its own."""

from math import inf
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import BreakRule, Compartment, OnBoard, Present
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, TruckOrder
from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.explain.room import Room
from optimiser.schedule import build_plan
from optimiser.schedule.itinerary import itinerary
from optimiser.schedule.load import loads
from optimiser.schedule.timing import best_timing
from optimiser.travel import TravelClock, travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, at, order

TRAFFIC = Planar(kind="manhattan", speed_kmh=20, hour_factors=COPENHAGEN_TRAFFIC)
LUNCHES = st.none() | st.builds(
    BreakRule,
    duration_s=st.integers(0, 3600),
    earliest=st.sampled_from(["06:00", "08:30"]),
    latest=st.sampled_from(["08:30", "10:00"]),
)
PRESENT = Present(place=at(3), at="07:40", load=(OnBoard(mass_kg=150),))


@st.composite
def visits(draw: st.DrawFn, name: str, most: int) -> list[Any]:
    rows = draw(
        st.lists(
            st.tuples(st.floats(0, 15), st.integers(0, 40), st.integers(5, 9), st.integers(0, 6)),
            min_size=1,
            max_size=most,
        )
    )
    return [
        a_visit(
            f"{name}{n}",
            km,
            service_s=minutes * 60,
            mass_kg=minutes * 10,
            hours=(Hours(opens=f"{opens:02}:00", closes=f"{opens + span:02}:00"),) if span else (),
        )
        for n, (km, minutes, opens, span) in enumerate(rows)
    ]


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Problem, tuple[Action, ...], list[str]]:
    """A problem, a route of it that keeps every rule, and the visits that are not on it."""
    on, left = draw(visits("A", 4)), draw(visits("B", 4))
    hold = Compartment(
        fractions=frozenset({"residual"}), capacity_kg=draw(st.sampled_from([300, 500, 1000]))
    )
    truck = a_truck(
        compartments=(hold,),
        break_rule=draw(LUNCHES),
        present=draw(st.none() | st.just(PRESENT)),
    )
    refs = [visit.id for visit in on]
    middle = draw(st.integers(0, len(refs)))
    actions = order(*refs[:middle], "S", *refs[middle:], "S").orders[0].actions
    problem = a_problem(*on, *left, trucks=(truck,), travel=TRAFFIC)
    return problem, actions, [visit.id for visit in left]


@settings(max_examples=150, deadline=None)
@given(scene=scenes())
def test_a_place_fits_just_if_the_route_with_it_keeps_every_rule(
    scene: tuple[Problem, tuple[Action, ...], list[str]],
) -> None:
    problem, actions, left = scene
    assume(fits(problem, actions))
    travel, clock, truck = travel_matrix(problem), TravelClock(problem), problem.trucks[0]
    room = Room(problem, travel, clock, truck=truck, actions=actions, route=None)
    found = room.places([problem.visit_by_id[each] for each in left], np.full(len(left), inf))
    for number, ident in enumerate(left):
        fitting = [
            place
            for place in range(len(actions))
            if fits(problem, (*actions[:place], Action("visit", ident), *actions[place:]))
        ]
        assert np.isfinite(found.fits_eur[number]) == bool(fitting)
        if fitting:
            assert found.fits_at[number] in fitting


def fits(problem: Problem, actions: tuple[Action, ...]) -> bool:
    """Whether a route keeps its times and capacities, driven on its own."""
    truck = problem.trucks[0]
    stops = itinerary(problem, travel_matrix(problem), TruckOrder(truck.id, actions))
    most = truck.compartments[0].capacity_kg
    heaviest = max(
        after[0].mass_kg
        for call, after in zip(stops.calls, loads(problem, stops).after, strict=True)
        if call.kind == "visit"
    )
    return heaviest <= most and best_timing(stops, TravelClock(problem)).late_s == 0


def test_the_least_that_is_missing_is_told() -> None:
    """A takes 06:00 to 13:10 with driving; B's 60 minutes would bring T home 20 min late."""
    problem = a_problem(
        a_visit("A", 10, service_s=7 * 3600), a_visit("B", 10, service_s=3600), trucks=(a_truck(),)
    )
    travel, clock = travel_matrix(problem), TravelClock(problem)
    plan = build_plan(problem, travel, order("A", "S"))
    assert verify(problem, plan) == ()
    (route,) = plan.routes
    room = Room(
        problem, travel, clock, truck=problem.trucks[0], actions=order("A", "S").orders[0].actions,
        route=route,
    )  # fmt: skip
    found = room.places([problem.visit_by_id["B"]], np.full(1, inf))
    assert found.fits_eur.tolist() == [inf]
    assert found.late_s.tolist() == [20 * 60 + 20 * 60]
