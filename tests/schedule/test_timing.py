"""Times in the head: one kilometre is one minute, a visit ten minutes, unloading twenty."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import BreakRule, Depot
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.domain.travel import Planar
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
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
