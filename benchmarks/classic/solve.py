"""Solves an instance of a classic set with our search, one of our engines, or a peer alone."""

from collections.abc import Callable
from importlib import import_module
from time import monotonic

from benchmarks.classic.check import check_tours
from benchmarks.classic.found import CannotState, Found, Point
from benchmarks.classic.instance import Instance
from benchmarks.classic.state import to_problem, tours_of_plan, tours_of_solution, units
from benchmarks.points import Watch, falling, whole_plans
from optimiser.domain.solution import Solution
from optimiser.planning import PlanningFailed, make_plan
from optimiser.solvers import ENGINES, SolverFailed, Stop, solve_in_process

PORTFOLIO = "portfolio"
PEERS = {
    "pyvrp-alone": "benchmarks.peers.pyvrp_alone",
    "ortools-alone": "benchmarks.peers.ortools_alone",
    "ortools-ils-alone": "benchmarks.peers.ortools_ils_alone",
    "vroom-alone": "benchmarks.peers.vroom_alone",
}
"""Modules with a `solve(instance, seconds, seed)`, imported where they are used."""


def solver_names() -> tuple[str, ...]:
    """All that can solve: our search, our engines by name, and peers alone."""
    return (PORTFOLIO, *sorted(ENGINES), *PEERS)


def solve(solver: str, instance: Instance, seconds: float, seed: int, memory_mb: int) -> Found:
    """Solve with a solver by name. Raises KeyError for an unknown one, CannotState, or its own."""
    if solver == PORTFOLIO:
        return with_portfolio(instance, seconds, seed, memory_mb)
    if solver in PEERS:
        return _peer(solver)(instance, seconds, seed)
    return with_engine(solver, instance, seconds, seed, memory_mb)


def _peer(solver: str) -> Callable[[Instance, float, int], Found]:
    try:
        peer: Callable[[Instance, float, int], Found] = import_module(PEERS[solver]).solve
    except ModuleNotFoundError as error:
        raise CannotState(f"{error}; pip install binrounds[bench]") from error
    return peer


def with_portfolio(instance: Instance, seconds: float, seed: int, memory_mb: int) -> Found:
    """The service's own way to a plan, on all cores."""
    problem, watch = to_problem(instance), Watch()
    try:
        plan = make_plan(
            problem, stop=Stop(seconds=seconds), seed=seed, on_progress=watch,
            memory_mb=memory_mb,
        )  # fmt: skip
    except PlanningFailed as failure:
        return Found(None, note=str(failure))
    points = [(seconds_in, units(cost_eur)) for seconds_in, cost_eur in watch.points]
    engine = plan.made.engine if plan.made else ""
    return Found(tours_of_plan(instance, plan), whole_plans(points), f"best by {engine}")


def with_engine(
    engine: str, instance: Instance, seconds: float, seed: int, memory_mb: int
) -> Found:
    """One of our engines, in its process; each improvement is counted by the checker."""
    points: list[Point] = []

    def improved(solution: Solution) -> None:
        now = monotonic() - began
        checked = check_tours(instance, tours_of_solution(instance, solution))
        if not checked.faults:
            points.append((round(now, 3), checked.cost))

    problem, note = to_problem(instance), ""
    began = monotonic()
    try:
        solution = solve_in_process(
            engine, problem, Stop(seconds=seconds), seed=seed, warm_start=None,
            on_solution=improved, cancelled=lambda: False, memory_mb=memory_mb,
        )  # fmt: skip
    except SolverFailed as failure:
        solution, note = failure.best, str(failure)
    tours = None if solution is None else tours_of_solution(instance, solution)
    return Found(tours, falling(points), note)
