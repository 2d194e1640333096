"""Many runs side by side: a process a run, one core each, those made before left as they are."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from optimiser.simulator.city import City
from optimiser.simulator.policies import check_policy
from optimiser.simulator.record import Record
from optimiser.simulator.run import Settings, simulate
from optimiser.simulator.store import Runs

POLL_S = 0.5


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
    wanted = [(policy, seed) for seed in seeds for policy in policies]
    known = {each: kept.known(*each) for each in wanted}
    missing = [each for each in wanted if known[each] is None]
    every = len(wanted) * len(settings.dates)
    before = (len(wanted) - len(missing)) * len(settings.dates)
    on_progress(before, every)
    if missing:
        _make(
            city,
            settings,
            missing,
            kept,
            processes=processes,
            on_days=lambda days: on_progress(before + days, every),
        )
    return [record for each in wanted if (record := kept.known(*each)) is not None]


def _make(
    city: City,
    settings: Settings,
    missing: Sequence[tuple[str, int]],
    kept: Runs,
    *,
    processes: int | None,
    on_days: Callable[[int], None],
) -> None:
    context = multiprocessing.get_context("spawn")
    days = context.Value("q", 0)
    with ProcessPoolExecutor(
        min(len(missing), processes or cores()),
        mp_context=context,
        initializer=_begin,
        initargs=(city, settings, days),
    ) as pool:
        running: set[Future[Record]] = {pool.submit(_one, *each) for each in missing}
        try:
            while running:
                done, running = wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED)
                for each in done:
                    kept.keep(each.result())
                on_days(days.value)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.terminate()
            raise


_shared: list[tuple[City, Settings, "Synchronized[int]"]] = []
"""What a process of runs was given when it began."""


def _begin(city: City, settings: Settings, days: "Synchronized[int]") -> None:
    _shared[:] = [(city, settings, days)]
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """A process of runs ends when the one that wants them is gone, however that was killed."""
    while os.getppid() == parent:
        time.sleep(POLL_S)
    os._exit(1)


def _one(policy: str, seed: int) -> Record:
    city, settings, days = _shared[0]

    def count(_: int) -> None:
        with days.get_lock():
            days.value += 1

    return simulate(city, policy, seed, settings, on_day=count)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
