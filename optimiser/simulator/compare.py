"""Many runs side by side: a process a run, one core each, those made before left as they are."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from optimiser.simulator.city import City
from optimiser.simulator.policies import check_policy
from optimiser.simulator.record import Record
from optimiser.simulator.run import Settings, simulate
from optimiser.simulator.store import Runs

POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """A run that is wanted, and where its record is kept."""

    policy: str
    seed: int
    settings: Settings
    kept: Runs

    @property
    def days(self) -> int:
        return len(self.settings.dates)

    def known(self) -> Record | None:
        """The record, if the run was made before."""
        return self.kept.known(self.policy, self.seed)


def compare(
    city: City,
    policies: Sequence[str],
    seeds: Sequence[int],
    settings: Settings,
    folder: Path,
    *,
    on_progress: Callable[[int, int], None] = lambda _days, _all: None,
    processes: int | None = None,
) -> list[Record]:
    """Run every policy in every seed's world, and keep each run in `folder` when it is done.

    `on_progress` is told the days simulated and all that there are. Raises UnknownPolicy,
    OtherRuns, OSError.
    """
    for each in policies:
        check_policy(each)
    kept = Runs(folder, city, settings)
    jobs = [Job(policy, seed, settings, kept) for seed in seeds for policy in policies]
    return make(city, jobs, on_progress=on_progress, processes=processes)


def make(
    city: City,
    jobs: Sequence[Job],
    *,
    on_progress: Callable[[int, int], None] = lambda _days, _all: None,
    processes: int | None = None,
) -> list[Record]:
    """The records of all jobs, those that are missing made side by side."""
    missing = [each for each in jobs if each.known() is None]
    every = sum(each.days for each in jobs)
    before = every - sum(each.days for each in missing)
    on_progress(before, every)
    if missing:
        _make(
            city,
            missing,
            processes=processes,
            on_days=lambda days: on_progress(before + days, every),
        )
    return [record for each in jobs if (record := each.known()) is not None]


def _make(
    city: City, jobs: Sequence[Job], *, processes: int | None, on_days: Callable[[int], None]
) -> None:
    context = multiprocessing.get_context("spawn")
    days = context.Value("q", 0)
    with ProcessPoolExecutor(
        min(len(jobs), processes or cores()),
        mp_context=context,
        initializer=_begin,
        initargs=(city, days),
    ) as pool:
        kept = {
            pool.submit(_one, each.policy, each.seed, each.settings): each.kept for each in jobs
        }
        running: set[Future[Record]] = set(kept)
        try:
            while running:
                done, running = wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED)
                for each in done:
                    kept[each].keep(each.result())
                on_days(days.value)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.terminate()
            raise


_shared: list[tuple[City, "Synchronized[int]"]] = []
"""What a process of runs was given when it began."""


def _begin(city: City, days: "Synchronized[int]") -> None:
    _shared[:] = [(city, days)]
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """A process of runs ends when the one that wants them is gone, however that was killed."""
    while os.getppid() == parent:
        time.sleep(POLL_S)
    os._exit(1)


def _one(policy: str, seed: int, settings: Settings) -> Record:
    city, days = _shared[0]

    def count(_: int) -> None:
        with days.get_lock():
            days.value += 1

    return simulate(city, policy, seed, settings, on_day=count)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
