"""What is left of a search's limit, and how it is given out in slices."""

from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from optimiser.solvers.ortools_engine.parameters import search_parameters
from optimiser.solvers.protocol import Stop

SLICE_S_A_STOP = 0.006
SLICE_SOLUTIONS_A_STOP = 1.0
"""The first slice for a group: so much for each of its stops."""


@dataclass
class Budget:
    """Seconds from `began` and solutions still to look at; slices draw on the whole."""

    stop: Stop
    began: float
    used: int = 0
    whole: "Budget | None" = field(default=None)

    @property
    def by_time(self) -> bool:
        return self.stop.seconds is not None

    @property
    def left_s(self) -> float | None:
        if self.stop.seconds is None:
            return None
        left = self.stop.seconds - (monotonic() - self.began)
        above = self.whole.left_s if self.whole else None
        return left if above is None else min(left, above)

    @property
    def left_solutions(self) -> int | None:
        if self.stop.solutions is None:
            return None
        left = self.stop.solutions - self.used
        above = self.whole.left_solutions if self.whole else None
        return left if above is None else min(left, above)

    @property
    def spent(self) -> bool:
        left_s, left = self.left_s, self.left_solutions
        return (left_s is not None and left_s <= 0.05) or (left is not None and left <= 0)

    def spend(self, solutions: int) -> None:
        """Take solutions off; a search that gave none still counts as one."""
        self.used += max(1, solutions)
        if self.whole is not None:
            self.whole.spend(solutions)

    def first_slice(self, stops: int) -> float:
        """Seconds, or solutions where only these count, for a group of so many stops."""
        return stops * (SLICE_S_A_STOP if self.by_time else SLICE_SOLUTIONS_A_STOP)

    def slice(self, amount: float) -> "Budget":
        """A part of what is left, that draws on it."""
        if self.by_time:
            return Budget(replace(self.stop, seconds=max(0.1, amount)), monotonic(), whole=self)
        return Budget(Stop(solutions=max(1, int(amount))), monotonic(), whole=self)

    def parameters(self, stops: int) -> Any:
        """OR-Tools' parameters of a search within this budget."""
        return search_parameters(self.left_solutions, self.left_s, stops)
