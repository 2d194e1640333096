"""What happens inside a solver's own process.

OR-Tools can abort its process and holds Python's global lock while it searches, so nothing
here can be trusted to end by itself: the parent watches and kills.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.protocol import Engine, Stop
from optimiser.travel import travel_matrix

NICE = 10
"""Steps of priority below the service, so that it answers while plans are made."""

_LIBRARIES_MB = 1024
"""Address space that the engines' libraries map without using it."""

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Task:
    """One solve, as it is sent to the child."""

    make: Callable[[], Engine]
    problem: Problem
    stop: Stop
    seed: int
    warm_start: Solution | None
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Message:
    """What the child says: an improvement, its final answer, or how it failed."""

    kind: str
    solution: object = None
    code: str = ""
    text: str = ""


def run_task(task: Task, pipe: Connection) -> None:
    """Solve a task and say through the pipe what comes of it; the child's main function."""
    try:
        _die_with_parent()
        os.nice(NICE)
        _limit_memory(task.memory_mb)
        pipe.send(_answer(task, pipe))
    except BrokenPipeError:
        return
    except MemoryError:
        pipe.send(Message("failed", code="solver_out_of_memory", text="no memory left"))
    except Exception as error:  # noqa: BLE001  # whatever an engine raises, the parent must know
        text = f"{type(error).__name__}: {error}"
        pipe.send(Message("failed", code="solver_error", text=text[:500]))


def _answer(task: Task, pipe: Connection) -> Message:
    engine = task.make()
    found = engine.solve(
        task.problem,
        travel_matrix(task.problem),
        task.stop,
        seed=task.seed,
        warm_start=task.warm_start,
        on_solution=lambda solution: pipe.send(Message("improved", solution)),
    )
    return Message("done", found)


def _limit_memory(memory_mb: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not _on_linux():  # macOS refuses a limit of the address space
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + (memory_mb + _LIBRARIES_MB) * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies, even by kill -9."""
    if _on_linux():
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _on_linux() -> bool:
    return sys.platform == "linux"
