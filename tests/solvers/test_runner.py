"""The runner survives whatever an engine does, and keeps what it gave before."""

import os
import resource
from collections.abc import Callable
from time import monotonic
from typing import Any

import fake_engines
import pytest
from fake_engines import first
from solver_instances import EXACT

from optimiser.domain.solution import Solution
from optimiser.solvers import SolverFailed, Stop, solve_in_process
from optimiser.solvers.child import NICE
from optimiser.solvers.runner import solve_with
from tiny import a_problem, a_visit

PROBLEM = a_problem(a_visit("v", 3), a_visit("w", 5))


def run(make: Callable[[], Any], seen: list[Solution], **changes: Any) -> Solution | None:
    values: dict[str, Any] = {
        "stop": Stop(seconds=20),
        "cancelled": lambda: False,
        "memory_mb": 2000,
        "grace_s": 20.0,
    }
    values |= changes
    return solve_with(
        make,
        PROBLEM,
        values.pop("stop"),
        seed=1,
        warm_start=None,
        on_solution=seen.append,
        **values,
    )


@pytest.mark.parametrize(
    ("engine", "code"),
    [
        (fake_engines.Crashing, "solver_crashed"),
        (fake_engines.Quitting, "solver_crashed"),
        (fake_engines.Raising, "solver_error"),
        (fake_engines.WrongType, "solver_nonsense"),
        (fake_engines.WrongVisit, "solver_nonsense"),
    ],
)
def test_a_failure_has_a_code_and_the_best_so_far(engine: type, code: str) -> None:
    seen: list[Solution] = []
    with pytest.raises(SolverFailed) as failure:
        run(engine, seen)
    assert failure.value.code == code
    if seen:  # an improvement right before the end may arrive together with it
        assert failure.value.best == seen[-1] == first(PROBLEM)


def test_what_was_streamed_before_a_crash_is_kept() -> None:
    seen: list[Solution] = []
    with pytest.raises(SolverFailed, match="SIGABRT") as failure:
        run(fake_engines.Crashing, seen)
    assert failure.value.best == first(PROBLEM)
    assert seen == [first(PROBLEM)]


def test_an_engine_that_does_not_stop_is_killed() -> None:
    seen: list[Solution] = []
    with pytest.raises(SolverFailed) as failure:
        run(fake_engines.Hanging, seen, stop=Stop(seconds=0.1), grace_s=2.5)
    assert failure.value.code == "solver_stuck"


def test_an_engine_that_eats_memory_is_stopped() -> None:
    with pytest.raises(SolverFailed) as failure:
        run(fake_engines.Hungry, [], memory_mb=300)
    assert failure.value.code == "solver_out_of_memory"
    used_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert used_kb < 2_500_000


def test_cancelling_stops_at_once_and_gives_the_best_so_far() -> None:
    seen: list[Solution] = []
    said: list[float] = []

    def cancelled() -> bool:
        if seen:
            said.append(monotonic())
        return bool(seen)

    assert run(fake_engines.Hanging, seen, cancelled=cancelled) == first(PROBLEM)
    assert len(said) == 1
    assert monotonic() - said[0] < 2


def test_cancelling_before_the_first_solution_gives_none() -> None:
    assert run(fake_engines.Hanging, [], cancelled=lambda: True) is None


def test_the_child_has_a_lower_priority() -> None:
    solution = run(fake_engines.Nice, [])
    assert solution is not None
    assert len(solution.orders[0].actions) == 1 + min(19, os.nice(0) + NICE)


def test_an_unknown_engine_is_refused_before_a_process_starts() -> None:
    with pytest.raises(KeyError, match="ortools"):
        solve_in_process(
            "nobody", PROBLEM, Stop(solutions=1), seed=1, warm_start=None,
            on_solution=lambda _: None, cancelled=lambda: False, memory_mb=500,
        )  # fmt: skip


def test_the_real_engine_streams_and_answers_from_its_process() -> None:
    seen: list[Solution] = []
    problem = EXACT["unloading in mid-route"].problem
    found = solve_in_process(
        "ortools", problem, Stop(solutions=100), seed=1, warm_start=None,
        on_solution=seen.append, cancelled=lambda: False, memory_mb=2000,
    )  # fmt: skip
    assert found == seen[-1]
    assert found is not None
    assert {a.ref for o in found.orders for a in o.actions} >= {v.id for v in problem.visits}


@pytest.mark.parametrize(
    "wrong", [{}, {"seconds": 0}, {"seconds": -1.0}, {"solutions": 0}, {"seconds": float("nan")}]
)
def test_a_senseless_limit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"limit|seconds|solutions"):
        Stop(**wrong)
