"""Runs a job in a process of its own, so that one that fails or hangs costs only its own result.

The memory counted is that of the process and all its descendants, looked at a few times a second;
pages that several of them share count for each.
"""

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")
LOOK_S = 0.2
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """How a job ended: its result, or what went wrong; seconds and peak megabytes."""

    result: T | None
    error: str | None
    wall_s: float
    peak_mb: int


def run_apart(job: Callable[[], T], *, limit_s: float, cores: Sequence[int] = ()) -> Ended[T]:
    """Run a picklable job, killed after `limit_s`; on those cores only, where there are any."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(job, theirs, tuple(cores)))
    began = monotonic()
    child.start()
    theirs.close()
    peak = 0
    try:
        while not ours.poll(LOOK_S):
            peak = max(peak, tree_mb(child.pid or 0))
            if monotonic() - began > limit_s:
                return Ended(None, f"killed after {limit_s:.0f} s", limit_s, peak)
        result, error = ours.recv()
        return Ended(result, error, round(monotonic() - began, 2), peak)
    except EOFError:
        child.join()
        error = f"its process ended with status {child.exitcode}"
        return Ended(None, error, round(monotonic() - began, 2), peak)
    finally:
        child.kill()
        child.join()
        ours.close()


def tree_mb(pid: int) -> int:
    """Megabytes in memory of a process and its descendants; 0 where the system does not tell."""
    pages = 0
    for each in (pid, *_descendants(pid)):
        with suppress(OSError, IndexError, ValueError):
            pages += int(Path(f"/proc/{each}/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


def _descendants(pid: int) -> Iterator[int]:
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, path.read_text().split()):
                yield child
                yield from _descendants(child)


def _work(job: Callable[[], object], pipe: Connection, cores: tuple[int, ...]) -> None:
    if sys.platform == "linux":
        # children of this one, if it has any, ask the same of it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if cores:
            os.sched_setaffinity(0, cores)
    try:
        answer: tuple[object, str | None] = job(), None
    except Exception as error:  # noqa: BLE001  # whatever goes wrong is this job's result
        answer = None, f"{type(error).__name__}: {error}"[:500]
    pipe.send(answer)
