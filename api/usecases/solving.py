"""A stateless solve: a whole problem in, a verified plan out."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from api.usecases.errors import Busy, FieldProblem, Invalid
from api.usecases.ports import Planner
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.planning import Stop, make_plan


class SolveGate:
    """Lets at most `most` problems be solved or judged at once in this process."""

    def __init__(self, most: int) -> None:
        self._places = BoundedSemaphore(most)

    @contextmanager
    def place(self, seconds: float) -> Iterator[None]:
        """A place for work of about so many seconds. Raises Busy if there is none."""
        if not self._places.acquire(blocking=False):
            wait = max(1, round(seconds))
            raise Busy(
                "other problems are being solved or judged; try again later", retry_after_s=wait
            )
        try:
            yield
        finally:
            self._places.release()


def solve_now(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 0,
    max_seconds: float = 60.0,
    memory_mb: int = 4096,
    gate: SolveGate,
    planner: Planner | None = None,
) -> Plan:
    """Solve in a process of its own and wait for it; `planner` None is the real one.

    Raises Busy (503), Invalid (seconds above `max_seconds`), PlanningFailed
    (optimiser.planning).
    """
    if not 0 < seconds <= max_seconds:
        text = f"a problem is solved for more than 0 and at most {max_seconds:g} seconds"
        raise Invalid(text, [FieldProblem("seconds", text, f"{seconds:g}")])
    with gate.place(seconds):
        solve = planner or make_plan
        return solve(problem, stop=Stop(seconds=seconds), seed=seed, memory_mb=memory_mb)
