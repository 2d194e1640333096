from dataclasses import replace

import pytest
from broken_under_way import T_RESTED
from under_way_anchor import UNDER_WAY, WAY_HOME, W
from verifier_anchor import BREAK_BEFORE_LEG, PLAN
from verifier_anchor_problem import PROBLEM, matrix, only
from verifier_broken import ALL, Broken
from verifier_edits import later, with_limits, with_route, with_site, with_truck, with_visit

from optimiser.domain.fleet import BreakRule
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action
from optimiser.domain.travel import Planar
from optimiser.verifier import Code, verify

LUNCH = BreakRule(duration_s=1200, earliest="08:00", latest="09:00")


@pytest.mark.parametrize(
    "plan", [PLAN, BREAK_BEFORE_LEG], ids=["break after a leg", "break before a leg"]
)
@pytest.mark.parametrize("travel", [PROBLEM.travel, matrix()], ids=["manhattan", "matrix"])
def test_a_plan_worked_out_by_hand_breaks_no_rule(plan: Plan, travel: Planar) -> None:
    assert verify(replace(PROBLEM, travel=travel), plan) == ()


def test_a_plan_of_a_truck_under_way_worked_out_by_hand_breaks_no_rule() -> None:
    assert verify(UNDER_WAY, WAY_HOME) == ()


@pytest.mark.parametrize(
    "problem",
    [
        with_visit(UNDER_WAY, "b", unload_by="10:12"),
        with_truck(UNDER_WAY, "W", driving_rule=replace(W.driving_rule, most_s=1260)),
        with_truck(UNDER_WAY, "W", present=replace(W.present, driven_s=840)),
        with_truck(UNDER_WAY, "W", driving_rule=replace(W.driving_rule, rest_s=1199)),
        with_truck(UNDER_WAY, "W", break_rule=replace(LUNCH, earliest="09:46", latest="09:46")),
        with_truck(UNDER_WAY, "W", break_rule=replace(LUNCH, earliest="08:00", latest="09:00")),
        with_truck(UNDER_WAY, "W", first=(*W.first, Action("visit", "b"), Action("unload", "S"))),
    ],
    ids=[
        "unloading", "driving", "driven before", "longer rest", "rest is the break",
        "break was before", "all first",
    ],
)  # fmt: skip
def test_a_rule_that_is_just_kept_under_way_is_kept(problem: Problem) -> None:
    assert verify(problem, WAY_HOME) == ()


def test_a_break_under_the_break_rule_that_is_long_enough_is_a_rest() -> None:
    assert verify(with_truck(PROBLEM, "T", driving_rule=T_RESTED), PLAN) == ()


@pytest.mark.parametrize("broken", ALL, ids=[each.sentence for each in ALL])
def test_a_plan_broken_on_purpose_gives_exactly_its_codes(broken: Broken) -> None:
    problem, plan = broken.make()
    assert {each.code for each in verify(problem, plan)} == {code.value for code in broken.codes}


def test_every_code_has_a_sentence_and_a_plan_that_breaks_it() -> None:
    assert {code for each in ALL for code in each.codes} == set(Code)
    assert all(code.meaning.endswith(".") for code in Code)


def test_every_violation_says_what_it_is_about_in_a_sentence() -> None:
    for broken in ALL:
        for each in verify(*broken.make()):
            assert each.detail[0].isupper()
            assert each.detail.endswith(".")
            assert any(
                named and named in each.detail for named in (each.truck_id, each.ref, each.found)
            )


def test_a_violation_names_truck_step_ref_and_both_numbers() -> None:
    (late,) = verify(
        with_visit(PROBLEM, "a", hours=replace_hours("07:20", "07:40")),
        PLAN,
    )
    assert (late.code, late.truck_id, late.step, late.ref) == ("visit_window", "T", 1, "a")
    assert (late.expected, late.found) == ("07:20:00-07:40:00", "07:10:00")
    assert late.detail == (
        "Truck T, step 1 (visit a) begins at 07:10:00; the place's hours today: 07:20:00-07:40:00."
    )


def replace_hours(opens: str, closes: str) -> tuple[object, ...]:
    (hours,) = PROBLEM.visit_by_id["a"].hours
    return (replace(hours, opens=opens, closes=closes),)


def test_every_broken_step_is_reported_and_not_only_the_first() -> None:
    plan = later(later(PLAN, 0, 2, 60, "departure"), 1, 1, 60, "departure")
    found = [(each.truck_id, each.step, each.code) for each in verify(PROBLEM, plan)]
    assert ("T", 2, "departure") in found
    assert ("U", 1, "departure") in found


@pytest.mark.parametrize(
    "problem",
    [
        with_limits(
            PROBLEM,
            "T",
            stops=3,
            distance_m=32_000,
            duration_s=8400,
            driving_s=2280,
            mass_kg=600,
            volume_l=2700,
        ),
        with_truck(PROBLEM, "U", energy=replace(PROBLEM.truck_by_id["U"].energy, range_m=22_000)),
        with_truck(
            PROBLEM,
            "T",
            shift=replace(PROBLEM.truck_by_id["T"].shift, starts="07:00", overtime_s=1200),
        ),
        with_truck(
            PROBLEM,
            "T",
            break_rule=replace(
                PROBLEM.truck_by_id["T"].break_rule, earliest="08:02", latest="08:02"
            ),
        ),
        with_visit(PROBLEM, "a", hours=replace_hours("07:10", "07:10")),
    ],
    ids=["daily limits", "range", "shift", "break", "window"],
)
def test_a_limit_that_is_just_reached_is_kept(problem: Problem) -> None:
    assert verify(problem, PLAN) == ()


@pytest.mark.parametrize(
    ("earliest", "latest", "needed"),
    [
        ("06:43:59", "07:00", True),
        ("06:44", "07:00", False),  # home at 06:44
        ("05:00", "06:00:01", True),
        ("05:00", "06:00", False),  # leaves at 06:00
    ],
)
def test_no_break_is_needed_by_a_truck_home_before_it_or_leaving_after_it(
    earliest: str, latest: str, needed: bool
) -> None:
    rule = replace(PROBLEM.truck_by_id["T"].break_rule, earliest=earliest, latest=latest)
    codes = [each.code for each in verify(with_truck(PROBLEM, "U", break_rule=rule), PLAN)]
    assert codes == (["break_missing"] if needed else [])


def test_leaving_a_required_visit_breaks_no_rule() -> None:
    assert PLAN.left[0].required
    assert verify(PROBLEM, PLAN) == ()


def test_what_a_plan_only_says_in_words_is_not_judged() -> None:
    steps = tuple(replace(each, name="x", why="y") for each in PLAN.routes[0].steps)
    routes = (replace(PLAN.routes[0], steps=steps), PLAN.routes[1])
    assert verify(PROBLEM, replace(PLAN, routes=routes)) == ()


def test_only_legs_in_a_slow_hour_are_slower() -> None:
    flat = replace(PROBLEM, travel=replace(PROBLEM.travel, hour_factors=(1.0,) * 24))
    assert {(each.code, each.step) for each in verify(flat, PLAN)} == {
        ("leg_time", 4),
        ("leg_time", 6),
    }


def test_a_break_is_no_leg_even_where_the_matrix_has_one_from_a_place_to_itself() -> None:
    around = matrix({(each, each): (900, 90) for each in "DESabcpqz"})
    for plan in (PLAN, BREAK_BEFORE_LEG):
        assert verify(replace(PROBLEM, travel=around), plan) == ()


@pytest.mark.parametrize(
    ("capacity_kg", "expected"),
    [
        (None, "23.7 kWh"),  # no capacity, no share: 1 + 11 + 10 km, and 1.7 of work
        (100, "29.2 kWh"),
        (25, "34.7 kWh"),  # over full counts as full: 1 + 11 x 2 + 10, and 1.7
    ],
)
def test_energy_grows_with_the_load_up_to_full(capacity_kg: float | None, expected: str) -> None:
    (paper,) = PROBLEM.truck_by_id["U"].compartments
    problem = with_truck(PROBLEM, "U", compartments=(replace(paper, capacity_kg=capacity_kg),))
    found = verify(problem, with_route(PLAN, 1, energy=1))
    assert [each.expected for each in found if each.ref == "energy"] == [expected]


@pytest.mark.parametrize("nothing", [{"mass_kg": 0}, {"volume_l": 0}])
def test_waste_without_mass_or_without_volume_is_brought_home_all_the_same(
    nothing: dict[str, float],
) -> None:
    refusing = with_site(with_visit(PROBLEM, "p", **nothing), "S", fractions=only("residual"))
    found = verify(refusing, PLAN)
    assert ("U", "not_empty") in {(each.truck_id, each.code) for each in found}


def test_a_wrong_departure_names_the_right_one() -> None:
    plan = later(PLAN, 1, 1, 60, "departure")
    (found,) = (each for each in verify(PROBLEM, plan) if each.code == "departure")
    assert (found.expected, found.found) == ("06:03:00", "06:04:00")
