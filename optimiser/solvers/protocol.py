"""What an engine is, when it stops, and how it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.travel import TravelMatrix


@dataclass(frozen=True, slots=True)
class Stop:
    """When to stop: after so many seconds, or so many solutions, whichever is first.

    Solutions are those that the search itself accepts, better or not. With `solutions`
    alone a search is repeatable: same problem and seed, same solution.
    """

    seconds: float | None = None
    solutions: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.solutions is None:
            raise ValueError("a search needs a limit: seconds, solutions or both")
        if self.seconds is not None and not 0 < self.seconds <= 86_400:
            raise ValueError(f"seconds {self.seconds} is not above 0 and at most a day")
        if self.solutions is not None and self.solutions < 1:
            raise ValueError(f"solutions {self.solutions} is below 1")


class Engine(Protocol):
    """Searches for orders of actions. It never raises for a problem that cannot be served in
    full: visits it cannot place are simply on no route.
    """

    @property
    def name(self) -> str: ...

    def solve(
        self,
        problem: Problem,
        travel: TravelMatrix,
        stop: Stop,
        *,
        seed: int,
        warm_start: Solution | None,
        on_solution: Callable[[Solution], None],
    ) -> Solution:
        """Solve; call `on_solution` with each improvement; return the last of them."""
        ...


class SolverFailed(Exception):  # noqa: N818  # it says what happened, as the plan's code does
    """A solve that ended badly. `best` is the best solution that it gave before, if any.

    Codes: solver_crashed, solver_error, solver_out_of_memory, solver_stuck, solver_nonsense.
    """

    def __init__(self, code: str, text: str, best: Solution | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.best = best
