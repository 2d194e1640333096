"""Runs an engine in this very process, on one core: for simulations of many small days.

No limit of memory and no kill: whoever calls it lives with an engine that hangs. The service uses
`solve_in_process`.
"""

from collections.abc import Callable

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.protocol import Engine, SolverFailed, Stop
from optimiser.solvers.registry import make_engine
from optimiser.travel import travel_matrix


def solve_here(
    engine_name: str,
    problem: Problem,
    stop: Stop,
    *,
    seed: int,
    warm_start: Solution | None,
    on_solution: Callable[[Solution], None],
    cancelled: Callable[[], bool],  # noqa: ARG001  # the signature of `solve_in_process`
    memory_mb: int,  # noqa: ARG001  # as above
) -> Solution | None:
    """Solve with one crew. Raises KeyError for an unknown engine, SolverFailed otherwise."""
    engine = _one_crew(engine_name)
    try:
        return engine.solve(
            problem,
            travel_matrix(problem),
            stop,
            seed=seed,
            warm_start=warm_start,
            on_solution=on_solution,
        )
    except Exception as error:
        raise SolverFailed("solver_error", f"{type(error).__name__}: {error}") from error


def _one_crew(name: str) -> Engine:
    if name != "ruin":
        return make_engine(name)
    from optimiser.solvers.ruin_engine.engine import RuinEngine  # noqa: PLC0415  # heavy

    return RuinEngine(crews=1)
