"""Times in the head: one kilometre is one minute, a visit ten minutes, unloading twenty."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import (
    BreakRule,
    Depot,
    DisposalSite,
    DrivingRule,
    OnBoard,
    Present,
    Truck,
)
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution
from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.schedule import build_plan
from optimiser.schedule.itinerary import itinerary
from optimiser.schedule.timing import best_timing
from optimiser.schedule.walk import Pause, walk
from optimiser.travel import TravelClock, travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, at, order

LUNCH = BreakRule(duration_s=1800, earliest="11:00", latest="12:00")


def plan_of(problem: Problem, solution: Solution) -> Plan:
    return build_plan(problem, travel_matrix(problem), solution)


def clock(route: Route, problem: Problem) -> list[tuple[str, str, str]]:
    """(ref or kind, arrival, departure) of each step in local time."""
    zone = problem.day.zone
    return [
        (
            step.ref or step.kind,
            f"{step.arrival.astimezone(zone):%H:%M}",
            f"{step.departure.astimezone(zone):%H:%M}",
        )
        for step in route.steps
    ]


def test_a_truck_drives_empties_unloads_and_comes_home() -> None:
    problem = a_problem(a_visit("A", 2), a_visit("B", 5))
    plan = plan_of(problem, order("A", "B", "S"))
    assert clock(plan.routes[0], problem) == [
        ("D", "06:00", "06:00"),
        ("A", "06:02", "06:12"),
        ("B", "06:15", "06:25"),
        ("S", "06:30", "06:50"),
        ("D", "07:00", "07:00"),
    ]
    assert plan.totals.distance_m == 20_000
    assert plan.totals.duration_s == 3600
    assert verify(problem, plan) == ()


def test_a_truck_leaves_as_late_as_the_first_window_allows() -> None:
    problem = a_problem(a_visit("A", 2, hours=(Hours(opens="09:00", closes="10:00"),)))
    route = plan_of(problem, order("A", "S")).routes[0]
    assert clock(route, problem)[:2] == [("D", "08:58", "08:58"), ("A", "09:00", "09:10")]
    assert route.waiting_s == 0


def test_a_truck_waits_for_a_second_window_when_it_misses_the_first() -> None:
    hours = (Hours(opens="06:00", closes="06:01"), Hours(opens="07:00", closes="08:00"))
    problem = a_problem(a_visit("A", 2, hours=hours), a_visit("B", 1))
    route = plan_of(problem, order("B", "A", "S")).routes[0]
    assert clock(route, problem)[2] == ("A", "07:00", "07:10")


def test_a_missed_window_shows_as_late_and_the_verifier_names_it() -> None:
    problem = a_problem(a_visit("A", 2, hours=(Hours(opens="04:00", closes="05:00"),)))
    plan = plan_of(problem, order("A", "S"))
    assert clock(plan.routes[0], problem)[1] == ("A", "06:02", "06:12")
    assert [(each.code, each.step) for each in verify(problem, plan)] == [("visit_window", 1)]


@pytest.mark.parametrize(
    ("second_at", "pause", "home"),
    [
        ("10:50", ("break", "11:00", "11:30"), "12:06"),  # right after the second visit
        ("11:20", ("break", "11:30", "12:00"), "12:36"),  # before it there is no time for one
        ("11:40", ("break", "06:22", "11:30"), "12:26"),  # while waiting for it: costs nothing
    ],
)
def test_a_break_lies_where_it_brings_the_truck_home_first(
    second_at: str, pause: tuple[str, str, str], home: str
) -> None:
    early = a_visit("A", 2, hours=(Hours(opens="06:10", closes="06:10"),))
    late = a_visit("B", 4, hours=(Hours(opens=second_at, closes=second_at),))
    problem = a_problem(early, late, trucks=(a_truck(break_rule=LUNCH),))
    plan = plan_of(problem, order("A", "B", "S"))
    steps = clock(plan.routes[0], problem)
    assert pause in steps
    assert steps[-1] == ("D", home, home)
    assert verify(problem, plan) == ()


def test_no_break_is_taken_by_a_truck_that_is_home_before_it() -> None:
    problem = a_problem(a_visit("A", 2), trucks=(a_truck(break_rule=LUNCH),))
    route = plan_of(problem, order("A", "S")).routes[0]
    assert [step.kind for step in route.steps] == ["start", "visit", "unload", "end"]


def test_no_break_is_taken_by_a_truck_that_leaves_after_it() -> None:
    visit = a_visit("A", 2, hours=(Hours(opens="12:10", closes="12:30"),))
    problem = a_problem(visit, trucks=(a_truck(break_rule=LUNCH),))
    plan = plan_of(problem, order("A", "S"))
    assert plan.routes[0].break_s == 0
    assert verify(problem, plan) == ()


def test_leaving_is_bound_by_the_depots_hours() -> None:
    depot = Depot(id="D", place=at(0), hours=(Hours(opens="07:30", closes="20:00"),))
    problem = a_problem(a_visit("A", 2), depots=(depot,))
    route = plan_of(problem, order("A", "S")).routes[0]
    assert clock(route, problem)[0] == ("D", "07:30", "07:30")


@pytest.mark.parametrize(
    ("day", "six_o_clock"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 29, 4, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 5, tzinfo=UTC)),
    ],
)
def test_a_shift_begins_by_the_wall_clock_on_both_clock_change_days(
    day: date, six_o_clock: datetime
) -> None:
    problem = a_problem(a_visit("A", 2), service_date=day)
    plan = plan_of(problem, order("A", "S"))
    assert plan.routes[0].steps[0].departure == six_o_clock
    assert verify(problem, plan) == ()


def rush(**changes: Any) -> Planar:
    factors = tuple(2.0 if hour == 6 else 1.0 for hour in range(24))
    return Planar(kind="manhattan", speed_kmh=60, hour_factors=factors, **changes)


def test_traffic_stretches_the_legs_of_its_hour() -> None:
    problem = a_problem(a_visit("A", 10), travel=rush())
    route = plan_of(problem, order("A", "S")).routes[0]
    assert [step.driving_s for step in route.steps] == [0, 1200, 0, 10 * 60 + 5 * 60]


NOW = Present(place=at(4), at="09:00", load=(OnBoard(mass_kg=300, volume_l=900),), driven_s=60)


def under_way(**changes: Any) -> Truck:
    return a_truck(present=NOW, **changes)


def test_a_truck_under_way_leaves_from_where_it_is_when_it_is_free() -> None:
    visit = a_visit("A", 2, hours=(Hours(opens="09:30", closes="10:00"),))
    problem = a_problem(visit, trucks=(under_way(),))
    plan = plan_of(problem, order("A", "S"))
    route = plan.routes[0]
    assert clock(route, problem) == [
        ("start", "09:00", "09:00"),
        ("A", "09:02", "09:40"),
        ("S", "09:48", "10:08"),
        ("D", "10:18", "10:18"),
    ]
    assert [step.load[0].mass_kg for step in route.steps] == [300, 400, 0, 0]
    assert (route.mass_kg, route.duration_s, route.cost.fixed_eur) == (100, 78 * 60, 0)
    assert verify(problem, plan) == ()


def test_a_truck_under_way_comes_home_empty_also_without_further_stops() -> None:
    near = DisposalSite(id="S2", place=at(3), fractions=frozenset({"residual"}), unload_s=1200)
    problem = a_problem(trucks=(under_way(), a_truck(id="idle")))
    problem = replace(problem, disposal_sites=(*problem.disposal_sites, near))
    plan = plan_of(problem, Solution())
    assert [clock(route, problem) for route in plan.routes] == [
        [("start", "09:00", "09:00"), ("S2", "09:01", "09:21"), ("D", "09:24", "09:24")]
    ]
    assert verify(problem, plan) == ()


def test_an_empty_truck_under_way_drives_straight_home() -> None:
    empty = replace(NOW, load=(OnBoard(),))
    problem = a_problem(trucks=(a_truck(present=empty),))
    plan = plan_of(problem, Solution())
    assert clock(plan.routes[0], problem) == [("start", "09:00", "09:00"), ("D", "09:04", "09:04")]
    assert verify(problem, plan) == ()


def test_promised_stops_are_made_even_if_nobody_planned_them() -> None:
    promised = a_truck(first=(Action("visit", "A"),))
    problem = a_problem(a_visit("A", 2), a_visit("B", 3), trucks=(promised,))
    plan = plan_of(problem, Solution())
    assert [step.ref for step in plan.routes[0].steps] == ["D", "A", "S", "D"]
    assert [left.visit_id for left in plan.left] == ["B"]
    assert verify(problem, plan) == ()


def test_two_orders_of_one_truck_are_both_scheduled_for_the_verifier_to_see() -> None:
    problem = a_problem(a_visit("A", 2), a_visit("B", 3))
    both = Solution((*order("A", "S").orders, *order("B", "S").orders))
    assert {each.code for each in verify(problem, plan_of(problem, both))} == {"truck_twice"}


def test_rests_lie_where_they_cost_the_least_time() -> None:
    """Half an hour of driving a rest; B opens at 08:00, so resting before it costs nothing."""
    rule = DrivingRule(most_s=1800, rest_s=600)
    late = a_visit("B", 20, hours=(Hours(opens="08:00", closes="08:00"),))
    problem = a_problem(a_visit("A", 18), late, trucks=(a_truck(driving_rule=rule),))
    plan = plan_of(problem, order("A", "B", "S"))
    assert clock(plan.routes[0], problem) == [
        ("D", "07:20", "07:20"),
        ("A", "07:38", "07:48"),
        ("break", "07:48", "07:58"),
        ("B", "08:00", "08:10"),
        ("S", "08:20", "08:40"),
        ("D", "08:50", "08:50"),
    ]
    assert plan.routes[0].break_s == 600
    assert verify(problem, plan) == ()


def test_a_break_is_put_where_it_is_a_rest_too() -> None:
    lunch = BreakRule(duration_s=1800, earliest="06:00", latest="09:00")
    truck = a_truck(break_rule=lunch, driving_rule=DrivingRule(most_s=1800, rest_s=1800))
    problem = a_problem(a_visit("A", 20), trucks=(truck,))
    plan = plan_of(problem, order("A", "S"))
    assert [step.kind for step in plan.routes[0].steps].count("break") == 1
    assert verify(problem, plan) == ()


def test_one_leg_that_is_too_much_by_itself_is_late_by_what_is_too_much() -> None:
    rule = DrivingRule(most_s=1800, rest_s=600)
    problem = a_problem(a_visit("A", 31), trucks=(a_truck(driving_rule=rule),))
    stops = itinerary(problem, travel_matrix(problem), order("A", "S").orders[0])
    assert best_timing(stops, TravelClock(problem)).late_s == 60
    codes = {each.code for each in verify(problem, plan_of(problem, order("A", "S")))}
    assert codes == {"driving_unrested"}


def test_waste_that_must_be_unloaded_by_a_time_is_late_at_the_site() -> None:
    """B takes an hour, so A's waste is in time only if it is unloaded before."""
    problem = a_problem(a_visit("A", 9, unload_by="06:30"), a_visit("B", 8, service_s=3600))
    late = plan_of(problem, order("A", "B", "S"))
    assert [(each.code, each.step) for each in verify(problem, late)] == [("unload_late", 3)]
    plan = plan_of(problem, order("A", "S", "B", "S"))
    assert clock(plan.routes[0], problem)[2] == ("S", "06:20", "06:40")
    assert verify(problem, plan) == ()


@settings(max_examples=40, deadline=None)
@given(kms=st.lists(st.floats(0, 20), min_size=1, max_size=6), most=st.integers(1200, 4000))
def test_rests_in_traffic_are_never_worse_than_resting_before_a_leg_that_is_too_much(
    kms: list[float], most: int
) -> None:
    stops = [a_visit(f"B{index}", km) for index, km in enumerate(kms)]
    truck = a_truck(driving_rule=DrivingRule(most_s=most, rest_s=900))
    travel = Planar(kind="manhattan", speed_kmh=40, hour_factors=COPENHAGEN_TRAFFIC)
    problem = a_problem(*stops, trucks=(truck,), travel=travel)
    calls = itinerary(problem, travel_matrix(problem), order(*(v.id for v in stops), "S").orders[0])
    found = best_timing(calls, TravelClock(problem))
    greedy, driven = walk(calls, TravelClock(problem), calls.first_s), 0
    rests: list[Pause] = []
    for leg in range(len(calls.plain_s)):
        if driven + greedy.driving_s[leg] > most and driven:
            rests.append(Pause(leg, after=False, lunch=False))
            greedy, driven = walk(calls, TravelClock(problem), calls.first_s, rests), 0
        driven += greedy.driving_s[leg]
    assert found.outcome() <= greedy.outcome()
