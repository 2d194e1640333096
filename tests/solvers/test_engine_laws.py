"""Laws that hold for any problem, tried on random small ones."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from solver_instances import FLAT, GLASS, LUNCH, RESIDUAL, TWO_HOLDS, hours, site, truck

from optimiser.domain.fleet import Compartment, DailyLimits
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.schedule import build_plan
from optimiser.solvers import Stop, make_engine
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit

SITES = (site("S", 10, RESIDUAL), site("SG", 4, GLASS | RESIDUAL, hours=hours("06:00", "13:00")))
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "km": st.integers(1, 20),
            "mass_kg": st.floats(0, 300),
            "volume_l": st.floats(0, 2000),
            "fraction": st.sampled_from(["residual", "residual", "glass"]),
            "hours": st.sampled_from([(), hours("06:30", "07:30"), hours("10:00", "12:00")]),
            "required": st.booleans(),
            "prize_eur": st.floats(0, 60),
            "access": st.sampled_from([frozenset(), frozenset(), frozenset({"narrow"})]),
        }
    ),
    max_size=12,
)
TRUCKS = st.lists(
    st.fixed_dictionaries(
        {
            "compartments": st.sampled_from(
                [TWO_HOLDS, (Compartment(fractions=RESIDUAL, capacity_kg=400),)]
            ),
            "break_rule": st.sampled_from([None, LUNCH]),
            "abilities": st.sampled_from([frozenset(), frozenset({"narrow"})]),
            "limits": st.sampled_from([DailyLimits(), DailyLimits(stops=4, duration_s=20_000)]),
        }
    ),
    min_size=1,
    max_size=3,
)
FLAT_ROADS = Planar(kind="manhattan", speed_kmh=60)


def problem_of(visits: list[dict[str, Any]], trucks: list[dict[str, Any]], **more: Any) -> Problem:
    values: dict[str, Any] = {
        "disposal_sites": SITES,
        "trucks": tuple(truck(id=f"T{n}", **each) for n, each in enumerate(trucks)),
        "travel": FLAT_ROADS,
    }
    return a_problem(
        *(a_visit(f"v{n}", **each) for n, each in enumerate(visits)), **(values | more)
    )


def solve(problem: Problem, warm_start: Solution | None = None) -> tuple[Solution, Plan]:
    travel = travel_matrix(problem)
    found = make_engine("ortools").solve(
        problem, travel, Stop(solutions=40), seed=1, warm_start=warm_start,
        on_solution=lambda _: None,
    )  # fmt: skip
    return found, build_plan(problem, travel, found)


def rank(plan: Plan) -> tuple[int, float]:
    return sum(left.required for left in plan.left), plan.cost.total_eur


@settings(max_examples=40, deadline=None)
@given(VISITS, TRUCKS)
def test_every_answer_passes_the_verifier(visits: Any, trucks: Any) -> None:
    problem = problem_of(visits, trucks)
    _, plan = solve(problem)
    assert verify(problem, plan) == ()


@settings(max_examples=15, deadline=None)
@given(VISITS, TRUCKS)
def test_an_answer_is_no_worse_than_its_warm_start(visits: Any, trucks: Any) -> None:
    problem = problem_of(visits, trucks)
    found, plan = solve(problem)
    _, again = solve(problem, found)
    left, cost = rank(plan)
    assert rank(again) <= (left, cost + 0.01)


@settings(max_examples=15, deadline=None)
@given(VISITS, TRUCKS)
def test_worst_hour_traffic_gives_plans_that_are_in_time(visits: Any, trucks: Any) -> None:
    roads = Planar(kind="manhattan", speed_kmh=60, hour_factors=COPENHAGEN_TRAFFIC)
    problem = problem_of(visits, trucks, travel=roads)
    travel = travel_matrix(problem)
    found = make_engine("ortools-worst").solve(
        problem, travel, Stop(solutions=40), seed=1, warm_start=None, on_solution=lambda _: None
    )
    assert verify(problem, build_plan(problem, travel, found)) == ()


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 9), st.floats(1, 60))
def test_a_higher_prize_never_makes_a_bin_left(km: int, prize: float) -> None:
    def left(prize_eur: float) -> bool:
        visits = (a_visit("v", 10), a_visit("o", km, required=False, prize_eur=prize_eur))
        return bool(solve(a_problem(*visits, trucks=(truck(energy=FLAT),)))[1].left)

    assert left(prize) or not left(prize + 10)
