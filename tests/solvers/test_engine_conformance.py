"""Every engine on every tiny problem: what it answers is good, and for most of them the best."""

from functools import cache

import pytest
from brute_force import best_cost
from solver_instances import EXACT, VALID

from optimiser.domain.plan import Plan
from optimiser.schedule import build_plan
from optimiser.solvers import ENGINES, Stop, make_engine
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

ALL = EXACT | VALID
FEW = Stop(solutions=150)


PLAIN = [name for name in sorted(ENGINES) if not name.endswith("-worst")]
"""None of these problems has traffic, where the worst hour is like every other."""


@pytest.fixture(params=PLAIN)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def solve(engine: str, name: str, seed: int = 1) -> Plan:
    problem = ALL[name].problem
    travel = travel_matrix(problem)
    found = make_engine(engine).solve(
        problem, travel, FEW, seed=seed, warm_start=None, on_solution=lambda _: None
    )
    return build_plan(problem, travel, found)


answer = cache(solve)


@cache
def least_there_is(name: str) -> tuple[int, float]:
    return best_cost(EXACT[name].problem)


@pytest.mark.parametrize("name", sorted(ALL))
def test_an_answer_keeps_every_rule(engine: str, name: str) -> None:
    plan = answer(engine, name)
    assert verify(ALL[name].problem, plan) == ()


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_is_left_is_what_a_best_plan_leaves(engine: str, name: str) -> None:
    plan = answer(engine, name)
    assert {left.visit_id for left in plan.left} == ALL[name].left


@pytest.mark.parametrize("name", sorted(EXACT))
def test_the_cost_is_the_least_there_is(engine: str, name: str) -> None:
    plan = answer(engine, name)
    required_left = sum(left.required for left in plan.left)
    assert (required_left, plan.cost.total_eur) == pytest.approx(least_there_is(name), abs=0.02)


@pytest.mark.parametrize("name", ["unloading in mid-route", "two depots", "a break"])
def test_the_same_seed_gives_the_same_answer(engine: str, name: str) -> None:
    assert solve(engine, name, seed=7) == solve(engine, name, seed=7)
