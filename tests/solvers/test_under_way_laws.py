"""Laws of every engine on random days that have begun: trucks under way, promises, deadlines."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solver_instances import FLAT, GLASS, LUNCH, RESIDUAL, TWO_HOLDS, hours, out, site, truck
from test_engine_conformance import PLAIN

from optimiser.domain.fleet import DailyLimits, DrivingRule, OnBoard
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution
from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.schedule import build_plan
from optimiser.solvers import Stop, make_engine
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit

SITES = (site("S", 10, RESIDUAL), site("SB", 4, GLASS | RESIDUAL))
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "km": st.integers(1, 20),
            "mass_kg": st.floats(1, 300),
            "volume_l": st.floats(1, 2000),
            "fraction": st.sampled_from(["residual", "residual", "glass"]),
            "hours": st.sampled_from([(), (), hours("10:00", "12:00")]),
            "required": st.booleans(),
            "prize_eur": st.floats(0, 60),
            "pinned_truck_id": st.sampled_from([None, None, "T0", "T1"]),
            "unload_by": st.sampled_from([None, None, "07:30", "09:00"]),
        }
    ),
    min_size=1,
    max_size=9,
)
TRUCKS = st.lists(
    st.fixed_dictionaries(
        {
            "driving_rule": st.sampled_from([None, DrivingRule(most_s=2400, rest_s=900)]),
            "break_rule": st.sampled_from([None, LUNCH]),
            "limits": st.sampled_from([DailyLimits(), DailyLimits(stops=5, duration_s=24_000)]),
            "on_board": st.sampled_from([None, None, (0, 0), (150, 0), (100, 800)]),
            "promised": st.integers(0, 2),
        }
    ),
    min_size=2,
    max_size=3,
)


def problem_of(visits: Any, trucks: Any, traffic: Any) -> Problem:
    """First on a truck are visits that it can do first in any case, if there are so many."""
    easy = [
        n for n, each in enumerate(visits)
        if each["mass_kg"] <= 100
        and not each["hours"] and not each["unload_by"] and not each["pinned_truck_id"]
    ]  # fmt: skip
    built = []
    for number, each in enumerate(trucks):
        fields = {**each, "id": f"T{number}", "compartments": TWO_HOLDS, "energy": FLAT}
        on_board, promised = fields.pop("on_board"), fields.pop("promised")
        if on_board is not None:
            fields["present"] = out(6, *(OnBoard(mass_kg=kg) for kg in on_board), driven_s=600)
        mine = [easy.pop() for _ in range(promised) if easy]
        fields["first"] = tuple(Action("visit", f"v{n}") for n in mine)
        built.append(truck(**fields))
    return a_problem(
        *(a_visit(f"v{n}", **each) for n, each in enumerate(visits)),
        disposal_sites=SITES,
        trucks=tuple(built),
        travel=Planar(kind="manhattan", speed_kmh=60, hour_factors=traffic),
    )


def solve(name: str, problem: Problem, warm_start: Solution | None = None) -> tuple[Solution, Plan]:
    travel = travel_matrix(problem)
    found = make_engine(name).solve(
        problem, travel, Stop(solutions=40), seed=1, warm_start=warm_start,
        on_solution=lambda _: None,
    )  # fmt: skip
    return found, build_plan(problem, travel, found)


@pytest.mark.parametrize("name", PLAIN)
@settings(max_examples=20, deadline=None)
@given(VISITS, TRUCKS)
def test_every_answer_passes_the_verifier(name: str, visits: Any, trucks: Any) -> None:
    problem = problem_of(visits, trucks, (1.0,) * 24)
    assert verify(problem, solve(name, problem)[1]) == ()


@pytest.mark.parametrize("name", PLAIN)
@settings(max_examples=6, deadline=None)
@given(VISITS, TRUCKS)
def test_an_answer_is_no_worse_than_its_warm_start(name: str, visits: Any, trucks: Any) -> None:
    problem = problem_of(visits, trucks, (1.0,) * 24)
    found, plan = solve(name, problem)
    _, again = solve(name, problem, found)
    left, more = (sum(each.required for each in p.left) for p in (plan, again))
    assert (more, again.cost.total_eur) <= (left, plan.cost.total_eur + 0.01)


@pytest.mark.parametrize("name", ["ortools-worst", "pyvrp-worst"])
@settings(max_examples=6, deadline=None)
@given(VISITS, TRUCKS)
def test_the_worst_hours_traffic_too(name: str, visits: Any, trucks: Any) -> None:
    problem = problem_of(visits, trucks, COPENHAGEN_TRAFFIC)
    assert verify(problem, solve(name, problem)[1]) == ()
