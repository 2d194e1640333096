"""Who searches when: the fast engine on every core, and others where it is silent or at its end.

The engine of ruin and recreate searches under the true objective, on all cores. OR-Tools, which
states the whole model, polishes its routes in small groups at the end. While the first has nothing
to show (its code is being compiled, or it failed) the understudies search instead. The best
verified plan is there at any moment, and an engine that fails costs its own time only.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.search.judge import Found, Judge, Progress
from optimiser.search.polish import groups_to_polish, polished
from optimiser.solvers import SolverFailed, Stop, solve_in_process
from optimiser.travel import TravelMatrix

LEADER = "ruin"
UNDERSTUDIES = ("pyvrp", "ortools-worst")
"""The faster first; the other can keep what it plans also at the worst hour of traffic."""
POLISHER = "ortools-polish"

PATIENCE_S = 4.0
"""The leader shows something within this time, or an understudy begins beside it."""
POLISH_SHARE = 0.06
"""Part of the time kept for polishing, ..."""
POLISH_LEAST_S, POLISH_MOST_S = 1.0, 8.0
"""... within these bounds; a search too short for that goes without."""

Solve = Callable[..., Solution | None]


def search(
    problem: Problem,
    travel: TravelMatrix,
    stop: Stop,
    *,
    seed: int,
    on_progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool] | None,
    memory_mb: int,
    solve: Solve = solve_in_process,
) -> Found:
    """Search until the limit and return the best verified plan, whichever engines failed.

    With a limit of solutions alone the same seed gives the same plan: only the leader searches
    then, or an understudy if it fails. Raises PlanningFailed.
    """
    judge = Judge(problem, travel, on_progress)
    if not problem.visits:
        judge.offer(Solution(), "none")
        return judge.verdict([])
    portfolio = _Portfolio(
        problem, judge, stop, seed, cancelled or (lambda: False), memory_mb, solve
    )
    failures = portfolio.lead()
    failures += portfolio.stand_in(failures)
    portfolio.polish()
    return judge.verdict(failures)


@dataclass
class _Portfolio:
    """The lanes of one search."""

    problem: Problem
    judge: Judge
    stop: Stop
    seed: int
    cancelled: Callable[[], bool]
    memory_mb: int
    solve: Solve

    def __post_init__(self) -> None:
        self.began = monotonic()

    def rest_s(self) -> float:
        """Seconds left of the limit."""
        assert self.stop.seconds is not None  # noqa: S101  # asked in a search by time only
        return self.stop.seconds - (monotonic() - self.began)

    def polish_s(self) -> float:
        """Seconds kept for polishing."""
        if self.stop.seconds is None or POLISH_SHARE * self.stop.seconds < POLISH_LEAST_S:
            return 0.0
        return min(POLISH_MOST_S, POLISH_SHARE * self.stop.seconds)

    def lead(self) -> list[SolverFailed]:
        """The leader's search, with an understudy beside it while it has nothing to show."""
        if self.stop.seconds is None:
            return self.lanes([LEADER], self.stop, lambda _: False)
        until = self.began + self.stop.seconds - self.polish_s()
        shown: list[str] = []

        def enough(engine: str) -> bool:
            if engine != LEADER:
                return LEADER in shown
            return monotonic() > until + 1 and LEADER not in shown and self.judge.best is not None

        stop = Stop(max(0.05, until - monotonic()), self.stop.solutions)
        with ThreadPoolExecutor(2) as threads:
            leading = threads.submit(self.lane, LEADER, stop, enough, shown)
            while not (leading.done() or shown or monotonic() > self.began + PATIENCE_S):
                wait([leading], timeout=0.05)
            failures = []
            if not (leading.done() or shown or self.cancelled()):
                left = Stop(max(0.05, until - monotonic()), self.stop.solutions)
                understudy = threads.submit(self.lane, UNDERSTUDIES[0], left, enough, shown)
                failures.append(understudy.result())
            return [each for each in (leading.result(), *failures) if each]

    def stand_in(self, failures: Sequence[SolverFailed]) -> list[SolverFailed]:
        """The understudies' search for the rest of the time, if the leader failed."""
        if not failures and self.judge.best is not None:
            return []
        stop = self.stop
        if stop.seconds is not None:
            stop = Stop(max(0.05, self.rest_s() - self.polish_s()), stop.solutions)
        return self.lanes(UNDERSTUDIES, stop, lambda _: False)

    def lanes(
        self, engines: Sequence[str], stop: Stop, enough: Callable[[str], bool]
    ) -> list[SolverFailed]:
        """Searches side by side, and how those of them failed that did."""
        if self.cancelled():
            return []
        with ThreadPoolExecutor(len(engines)) as threads:
            ended = threads.map(lambda engine: self.lane(engine, stop, enough, []), engines)
            return [failure for failure in ended if failure]

    def lane(
        self, engine: str, stop: Stop, enough: Callable[[str], bool], shown: list[str]
    ) -> SolverFailed | None:
        """One engine's search from the best so far, and how it failed if it did."""

        def offer(solution: Solution) -> None:
            if self.judge.offer(solution, engine):
                shown.append(engine)

        best = self.judge.best
        try:
            self.solve(
                engine,
                self.problem,
                stop,
                seed=self.seed,
                warm_start=best.solution if best else None,
                on_solution=offer,
                cancelled=lambda: self.cancelled() or enough(engine),
                memory_mb=self.memory_mb if engine == LEADER else self.memory_mb // 2,
            )
        except SolverFailed as failure:
            return failure
        return None

    def polish(self) -> None:
        """Small groups of routes, side by side, under the whole model; failing costs nothing."""
        best = self.judge.best
        if best is None or not self.polish_s() or self.rest_s() < POLISH_LEAST_S / 2:
            return
        groups = groups_to_polish(best.plan, self.seed)
        if not groups or self.cancelled():
            return
        for solution in polished(
            self.problem,
            best.solution,
            groups,
            Stop(self.rest_s()),
            seed=self.seed,
            cancelled=self.cancelled,
            memory_mb=self.memory_mb // len(groups),
        ):
            self.judge.offer(solution, POLISHER)
