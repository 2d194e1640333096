"""Problems too large for a dense matrix of all stops."""

from random import Random
from time import monotonic

import numpy as np
import pytest
from solver_instances import truck

from optimiser.domain.places import PlanarPoint
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.schedule import build_plan
from optimiser.solvers import Stop, make_engine
from optimiser.solvers.build import build_index
from optimiser.solvers.ortools_engine.spread import spread_routes
from optimiser.solvers.pyvrp_engine import engine as pyvrp_engine
from optimiser.travel import TravelMatrix, travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit, order


def a_town(visits: int, trucks: int) -> Problem:
    random = Random(4)
    places = [PlanarPoint(x_m=random.randrange(20_000), y_m=random.randrange(20_000))
              for _ in range(visits)]  # fmt: skip
    return a_problem(
        *(
            a_visit(f"v{n}", 0, place=place, mass_kg=9, service_s=60, required=n % 5 > 0)
            for n, place in enumerate(places)
        ),
        trucks=tuple(truck(id=f"T{n}") for n in range(trucks)),
    )


def left(problem: Problem, solution: Solution) -> int:
    plan = build_plan(problem, travel_matrix(problem), solution)
    assert verify(problem, plan) == ()
    return sum(each.required for each in plan.left)


def test_spread_routes_keep_every_rule_and_do_all_that_must_be_done() -> None:
    problem = a_town(700, trucks=12)
    model = build_index(problem, travel_matrix(problem), "mean")
    assert left(problem, spread_routes(model, optional=False)) == 0


def test_ortools_never_asks_for_all_legs_of_a_large_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = a_town(1900, trucks=28)
    asked: list[int] = []
    block = TravelMatrix.block

    def watched(self: TravelMatrix, rows: object, columns: object) -> object:
        asked.append(int(np.size(rows) * np.size(columns)))
        return block(self, rows, columns)  # type: ignore[arg-type]

    monkeypatch.setattr(TravelMatrix, "block", watched)
    found = make_engine("ortools").solve(
        problem, travel_matrix(problem), Stop(solutions=30), seed=1, warm_start=None,
        on_solution=lambda _: None,
    )  # fmt: skip
    assert max(asked) < 500**2
    assert left(problem, found) == 0


def test_pyvrp_answers_at_once_what_is_known_of_a_problem_that_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyvrp_engine, "MOST_STOPS", 1)
    problem = a_problem(a_visit("v", 3), a_visit("w", 5))
    for start in (None, order("w", "v", "S")):
        began, seen = monotonic(), list[Solution]()
        found = make_engine("pyvrp").solve(
            problem, travel_matrix(problem), Stop(seconds=60), seed=1, warm_start=start,
            on_solution=seen.append,
        )  # fmt: skip
        assert monotonic() - began < 20
        assert found == (start or Solution())
        assert seen == [found]
