"""Runs an engine in a process of its own: watched, limited, and killed if it does not end."""

import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from time import monotonic

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.child import Task, run_task
from optimiser.solvers.inbox import Inbox
from optimiser.solvers.protocol import Engine, SolverFailed, Stop
from optimiser.solvers.registry import ENGINES, make_engine
from optimiser.solvers.sense import nonsense
from optimiser.solvers.watch import over_memory, why_it_died

POLL_S = 0.05
"""The longest time between two looks at the cancel flag, the clock and the memory."""


def solve_in_process(
    engine_name: str,
    problem: Problem,
    stop: Stop,
    *,
    seed: int,
    warm_start: Solution | None,
    on_solution: Callable[[Solution], None],
    cancelled: Callable[[], bool],
    memory_mb: int,
    grace_s: float = 20.0,
) -> Solution | None:
    """Solve in a child process and return its best solution; None if cancelled before the first.

    `on_solution` is called in the caller's thread, with the newest improvement only where
    several arrived at once. `cancelled` is asked at least every `POLL_S` seconds; when it says
    yes the child is killed and the best so far returned. A child that is not done `grace_s`
    after `stop.seconds`, or uses more than `memory_mb`, is killed too.
    Raises KeyError for an unknown engine, SolverFailed (with the best so far) otherwise.
    """
    if engine_name not in ENGINES:
        make_engine(engine_name)
    return solve_with(
        partial(make_engine, engine_name),
        problem,
        stop,
        seed=seed,
        warm_start=warm_start,
        on_solution=on_solution,
        cancelled=cancelled,
        memory_mb=memory_mb,
        grace_s=grace_s,
    )


def solve_with(
    make: Callable[[], Engine],
    problem: Problem,
    stop: Stop,
    *,
    seed: int,
    warm_start: Solution | None,
    on_solution: Callable[[Solution], None],
    cancelled: Callable[[], bool],
    memory_mb: int,
    grace_s: float = 20.0,
) -> Solution | None:
    """`solve_in_process` with the (picklable) maker of an engine instead of its name."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    task = Task(make, problem, stop, seed, warm_start, memory_mb)
    child = context.Process(target=run_task, args=(task, theirs), daemon=True)
    deadline = None if stop.seconds is None else monotonic() + stop.seconds + grace_s
    child.start()
    theirs.close()
    inbox = Inbox(ours)
    reader = threading.Thread(target=inbox.read_all, daemon=True)
    reader.start()
    watch = _Watch(problem, inbox, child, on_solution, cancelled, memory_mb, deadline)
    try:
        return watch.until_done()
    finally:
        child.kill()
        child.join()
        reader.join()
        ours.close()
        child.close()


@dataclass
class _Watch:
    """The parent's side of one solve."""

    problem: Problem
    inbox: Inbox
    child: BaseProcess
    on_solution: Callable[[Solution], None]
    cancelled: Callable[[], bool]
    memory_mb: int
    deadline: float | None
    best: Solution | None = None

    def until_done(self) -> Solution | None:
        while True:
            message = self.inbox.newest(POLL_S)
            if self.cancelled():
                return self.best
            if message is not None:
                if message.kind == "failed":
                    raise self._failed(message.code, message.text)
                self._take(message.solution)
                if message.kind == "done":
                    return self.best
            elif self.inbox.closed:
                self.child.join(timeout=2.0)
                raise self._failed(*why_it_died(self.child.exitcode))
            self._check_limits()

    def _take(self, solution: object) -> None:
        complaint = nonsense(self.problem, solution)
        if complaint or not isinstance(solution, Solution):
            raise self._failed("solver_nonsense", complaint or "the answer is no solution")
        if solution != self.best:
            self.best = solution
            self.on_solution(solution)

    def _check_limits(self) -> None:
        if self.deadline is not None and monotonic() > self.deadline:
            raise self._failed("solver_stuck", "it did not stop when its time was over")
        if over_memory(self.child.pid, self.memory_mb):
            raise self._failed("solver_out_of_memory", f"it used more than {self.memory_mb} MB")

    def _failed(self, code: str, text: str) -> SolverFailed:
        return SolverFailed(code, text, self.best)
