"""Each visit left has its true reason: twelve archetypes, and two that could have been taken."""

from typing import Any

import pytest

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import (
    Compartment,
    DailyLimits,
    Depot,
    DisposalSite,
    DrivingRule,
    Energy,
    OnBoard,
    Present,
    Shift,
)
from optimiser.domain.plan import Left
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.domain.travel import Matrix
from optimiser.explain import why_left
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from tiny import a_problem, a_truck, a_visit, at, order


def left_in(problem: Problem, solution: Solution = Solution()) -> Left:  # noqa: B008  # frozen
    travel = travel_matrix(problem)
    (left,) = why_left(problem, travel, build_plan(problem, travel, solution))
    return left


def with_truck(**changes: Any) -> Problem:
    return a_problem(a_visit("A", 5), trucks=(a_truck(**changes),))


NO_WAY_TO_A = Matrix(
    distance_m=((0, 9, None), (9, 0, None), (None, None, 0)),
    duration_s=((0, 9, None), (9, 0, None), (None, None, 0)),
)
SUNDAYS = (Hours(opens="06:00", closes="14:00", days=frozenset({"sun"})),)

ARCHETYPES = {
    "no_truck_today": with_truck(
        shift=Shift(starts="06:00", ends="14:00", days=frozenset({"sun"}))
    ),
    "no_truck_for_fraction": a_problem(a_visit("A", 5, fraction="glass")),
    "no_truck_with_access": a_problem(a_visit("A", 5, access=frozenset({"crane"}))),
    "too_big": a_problem(a_visit("A", 5, mass_kg=1001)),
    "no_site": a_problem(a_visit("A", 5), disposal_sites=()),
    "closed_today": a_problem(a_visit("A", 5, hours=SUNDAYS)),
    "outside_shift": a_problem(a_visit("A", 5, hours=(Hours(opens="15:00", closes="16:00"),))),
    "no_time": with_truck(shift=Shift(starts="06:00", ends="06:30")),
    "daily_limit": with_truck(energy=Energy(range_m=19_000)),
    "unreachable": a_problem(a_visit("A", 5), travel=NO_WAY_TO_A),
    "not_worth_it": a_problem(a_visit("A", 5, required=False, prize_eur=20)),
    "not_found_in_time": a_problem(a_visit("A", 5)),
}


@pytest.mark.parametrize("code", ARCHETYPES)
def test_a_visit_left_has_its_true_reason(code: str) -> None:
    left = left_in(ARCHETYPES[code])
    assert left.code == code
    assert left.detail.endswith(".")
    assert left.suggestion.endswith(".")


def test_a_site_that_takes_only_half_of_a_compartment_is_no_site_for_it() -> None:
    mixed = (Compartment(fractions=frozenset({"residual", "food"})),)
    assert left_in(with_truck(compartments=mixed)).code == "no_site"


def test_a_truck_whose_depot_is_closed_is_not_out() -> None:
    closed = Depot(id="D", place=at(0), hours=SUNDAYS)
    assert left_in(a_problem(a_visit("A", 5), depots=(closed,))).code == "no_truck_today"


def test_no_way_to_a_bin_is_no_question_of_its_prize() -> None:
    worth_it = a_visit("A", 5, required=False, prize_eur=20)
    left = left_in(a_problem(worth_it, travel=NO_WAY_TO_A))
    assert left.code == "unreachable"


def test_a_required_visit_is_tried_at_dear_places_too() -> None:
    """All cheap places for B are before lunch, when it is closed; it fits before A20."""
    near = [a_visit(f"A{n}", 1, service_s=1200) for n in range(6)]
    afternoon = (Hours(opens="13:00", closes="13:30"),)
    far = a_visit("A20", 20, hours=(Hours(opens="13:40", closes="13:50"),))
    shut = a_visit("B", 1, hours=afternoon)
    late = a_truck(shift=Shift(starts="06:00", ends="16:00"))
    site = DisposalSite(id="S", place=at(1), fractions=frozenset({"residual"}))
    problem = a_problem(*near, far, shut, trucks=(late,), disposal_sites=(site,))
    left = left_in(problem, order(*(v.id for v in near), "A20", "S"))
    assert left.visit_id == "B"
    assert left.code == "not_found_in_time"


def test_a_visit_longer_than_any_shift_is_not_blamed_on_a_full_truck() -> None:
    full = (Compartment(fractions=frozenset({"residual"}), capacity_kg=150),)
    long = a_visit("B", 5, service_s=9 * 3600)
    problem = a_problem(a_visit("A", 5), long, trucks=(a_truck(compartments=full),))
    left = left_in(problem, order("A", "S"))
    assert left.code == "no_time"
    assert "even as its only stop" in left.detail


def test_a_full_truck_is_told_by_the_kilograms_it_lacks() -> None:
    small = a_truck(compartments=(Compartment(fractions=frozenset({"residual"}), capacity_kg=150),))
    closed = DisposalSite(
        id="S",
        place=at(10),
        fractions=frozenset({"residual"}),
        hours=(Hours(opens="06:00", closes="06:20"),),
    )
    problem = a_problem(a_visit("A", 5), a_visit("B", 5), trucks=(small,), disposal_sites=(closed,))
    left = left_in(problem, order("A", "S"))
    assert left.visit_id == "B"
    assert left.code == "no_capacity"
    assert "50 kg over" in left.detail
    assert left.trucks == ("T",)


def test_a_visit_on_the_way_would_have_been_worth_its_few_euros() -> None:
    near = a_visit("B", 5, required=False, prize_eur=11, service_s=600)
    left = left_in(a_problem(a_visit("A", 5), near), order("A", "S"))
    assert left.code == "not_found_in_time"  # ten minutes at 60 EUR an hour are 10 EUR
    assert left.trucks == ("T",)
    cheap = a_visit("B", 5, required=False, prize_eur=9, service_s=600)
    left = left_in(a_problem(a_visit("A", 5), cheap), order("A", "S"))
    assert left.code == "not_worth_it"


def test_a_daily_limit_of_stops_is_named() -> None:
    problem = a_problem(
        a_visit("A", 5), a_visit("B", 5), trucks=(a_truck(limits=DailyLimits(stops=1)),)
    )
    left = left_in(problem, order("A", "S"))
    assert left.code == "daily_limit"
    assert "2 stops, its limit is 1" in left.detail


def test_once_cancelled_the_reasons_not_yet_found_stay_unexplained() -> None:
    problem = a_problem(*(a_visit(f"A{n}", 5) for n in range(4)))
    travel, seen = travel_matrix(problem), list[tuple[int, int]]()
    plan = build_plan(problem, travel, Solution())
    left = why_left(
        problem,
        travel,
        plan,
        cancelled=lambda: len(seen) >= 2,
        on_progress=lambda done, of: seen.append((done, of)),
    )
    assert [each.code for each in left] == ["not_found_in_time"] * 2 + ["unexplained"] * 2
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_nothing_is_put_before_promised_stops() -> None:
    """B is open only before the promised A is done."""
    early = a_visit("B", 2, hours=(Hours(opens="06:00", closes="06:05"),))
    promised = a_truck(first=order("A").orders[0].actions)
    left = left_in(a_problem(a_visit("A", 5), early, trucks=(promised,)), order("A", "S"))
    assert left.code == "no_time"


def test_a_pinned_visit_is_tried_on_its_own_truck_only() -> None:
    busy = a_truck(id="U", limits=DailyLimits(stops=1))
    pinned = a_visit("B", 5, pinned_truck_id="U")
    problem = a_problem(a_visit("A", 5), pinned, trucks=(a_truck(), busy))
    left = left_in(problem, order("A", "S", truck="U"))
    assert (left.code, left.trucks) == ("daily_limit", ("U",))


def test_a_truck_under_way_may_take_a_bin_on_its_way_home_but_not_overfull() -> None:
    now = Present(place=at(4), at="13:00", load=(OnBoard(mass_kg=900),))
    problem = a_problem(a_visit("B", 8), trucks=(a_truck(present=now),))
    assert left_in(problem).code == "not_found_in_time"
    problem = a_problem(a_visit("B", 8, mass_kg=101), trucks=(a_truck(present=now),))
    left = left_in(problem)
    assert left.code == "no_capacity"
    assert "1 kg over" in left.detail


def test_a_required_bin_that_fits_only_where_it_is_dear_is_found_to_fit() -> None:
    """Next to A, B adds 4 km, and a second rest to the 30 km before S; next to E it adds 6."""
    rule = DrivingRule(most_s=30 * 60, rest_s=3600)
    truck = a_truck(driving_rule=rule, shift=Shift(starts="06:00", ends="09:20"))
    served = (a_visit("A", 1), a_visit("C", 20), a_visit("E", 4))
    problem = a_problem(*served, a_visit("B", 0, place=at(3, 2)), trucks=(truck,))
    left = left_in(problem, order("A", "C", "S", "E", "S"))
    assert left.code == "not_found_in_time"


def test_a_drive_without_the_rest_that_is_due_is_no_way_to_take_a_bin() -> None:
    rule = DrivingRule(most_s=20 * 60, rest_s=600)
    left = left_in(a_problem(a_visit("A", 21), trucks=(a_truck(driving_rule=rule),)))
    assert left.code == "no_rest"
    assert "even as its only stop" in left.detail
