"""The engine of ruin and recreate."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.build import build_index
from optimiser.solvers.judge import Best
from optimiser.solvers.protocol import Stop
from optimiser.solvers.ruin_engine.search import Search, cores
from optimiser.travel import TravelMatrix


@dataclass(frozen=True)
class RuinEngine:
    """Ruin and recreate with simulated annealing, under the true objective."""

    name: str = "ruin"
    crews: int | None = None

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
        """Solve; see `Engine`. Rounds count as solutions."""
        started = monotonic()
        model = build_index(problem, travel, "mean")
        best = Best(model, on_solution)
        if not model.trucks:
            return best.final()
        search = Search(model, best, seed, self.crews or cores())
        if warm_start is not None:
            warm_start = search.mender.kept(warm_start)
            best.offer(warm_start)
        search.start(warm_start)
        search.run(stop, started)
        return best.final()
