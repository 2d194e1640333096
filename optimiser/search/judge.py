"""Schedules and verifies what engines offer, and keeps the best that passes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic

from optimiser.domain.plan import Plan, Violation
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.schedule import build_plan
from optimiser.solvers import SolverFailed
from optimiser.travel import TravelMatrix
from optimiser.verifier import verify

FAILURES = {
    "solver_crashed": "The solver's process died.",
    "solver_error": "The solver refused the problem or met an error of its own.",
    "solver_out_of_memory": "The solver used more memory than it may.",
    "solver_stuck": "The solver did not stop when its time was over, and was killed.",
    "solver_nonsense": "The solver's answer was no solution of the problem.",
    "unverified": "Solutions were found, and the verifier passed none of them.",
    "no_solution": "The search ended, or was cancelled, before it found any solution.",
}
"""Why planning can fail; docs/errors.md has the same table."""


class PlanningFailed(Exception):  # noqa: N818  # it says what happened, as its code does
    """No plan passed the verifier. Codes: docs/errors.md, "Planning"."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: seconds since it began, solutions seen, cost of the best plan."""

    seconds: float
    solutions: int
    cost_eur: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """The best verified plan, the orders it was made of, the engine that found it, and how many
    solutions were seen.
    """

    plan: Plan
    solution: Solution
    engine: str
    solutions: int


class Judge:
    """Schedules and verifies every solution offered, and keeps the best that passes."""

    def __init__(
        self,
        problem: Problem,
        travel: TravelMatrix,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._problem, self._travel, self._on_progress = problem, travel, on_progress
        self._lock = Lock()
        self._started = monotonic()
        self._seen = 0
        self._best: Found | None = None
        self._broken: tuple[Violation, ...] = ()

    def offer(self, solution: Solution, engine: str) -> bool:
        """Take a solution; called from the threads of several lanes.

        Whether it keeps every rule.
        """
        plan = build_plan(self._problem, self._travel, solution)
        violations = verify(self._problem, plan)
        with self._lock:
            self._seen += 1
            if violations:
                self._broken = violations
            elif self._best is None or _rank(plan) < _rank(self._best.plan):
                self._best = Found(plan, solution, engine, self._seen)
            self._report()
        return not violations

    @property
    def best(self) -> Found | None:
        """The best so far."""
        return self._best

    def verdict(self, failures: list[SolverFailed]) -> Found:
        """The best found. Raises PlanningFailed with what stood in the way."""
        if self._best is not None:
            return replace(self._best, solutions=self._seen)
        if failures:
            raise PlanningFailed(failures[0].code, failures[0].text)
        if self._broken:
            first = self._broken[0]
            more = f" (and {len(self._broken) - 1} more)" if len(self._broken) > 1 else ""
            raise PlanningFailed("unverified", f"{first.code}: {first.detail}{more}")
        raise PlanningFailed("no_solution", "the search ended before it found any solution")

    def _report(self) -> None:
        if self._on_progress is not None:
            cost = self._best.plan.cost.total_eur if self._best else None
            seconds = round(monotonic() - self._started, 3)
            self._on_progress(Progress(seconds, self._seen, cost))


def _rank(plan: Plan) -> tuple[int, float]:
    """Fewer required visits left, then less money."""
    return sum(left.required for left in plan.left), plan.cost.total_eur
