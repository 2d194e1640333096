"""Jobs in processes of their own: what they cost, and how they end."""

import os
import subprocess
import sys
import time
from functools import partial

from benchmarks.apart import run_apart


def _hold(megabytes: int) -> int:
    """Hold memory, half of it in a child."""
    block = bytearray(megabytes // 2 * 2**20)
    code = f"import time; x = bytearray({megabytes // 2} * 2**20); time.sleep(1.5)"
    subprocess.run([sys.executable, "-c", code], check=True)
    return len(block)


def _fail() -> None:
    raise RuntimeError("no luck today")


def test_a_result_comes_back_with_the_memory_of_the_whole_tree() -> None:
    ended = run_apart(partial(_hold, 200), limit_s=30)
    assert ended.error is None
    assert ended.result == 100 * 2**20
    assert ended.peak_mb > 200
    assert ended.wall_s > 1.5


def test_an_error_is_told_and_costs_nothing_else() -> None:
    ended = run_apart(_fail, limit_s=30)
    assert (ended.result, ended.error) == (None, "RuntimeError: no luck today")


def test_a_process_that_dies_is_told() -> None:
    assert run_apart(partial(os._exit, 3), limit_s=30).error == "its process ended with status 3"


def test_a_job_that_hangs_is_killed() -> None:
    ended = run_apart(partial(time.sleep, 60), limit_s=1)
    assert ended.error == "killed after 1 s"


def test_a_job_can_be_kept_to_one_core() -> None:
    cores = tuple(sorted(os.sched_getaffinity(0)))[:1]
    assert run_apart(partial(os.sched_getaffinity, 0), limit_s=30, cores=cores).result == {*cores}
