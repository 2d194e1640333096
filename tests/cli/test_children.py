"""Children that die are started again, whatever else happens meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from api.cli.children import Kept, Process, child, end

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
AT_ONCE = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def started() -> Iterator[list[Process]]:
    """All that was started; what still lives is ended."""
    processes: list[Process] = []
    yield processes
    end(processes)


def _kept(started: list[Process], *commands: list[str]) -> Kept:
    """A child of the first command; each restart takes the next, the last one ever after."""
    coming = list(commands)

    def start() -> Process:
        started.append(child(coming.pop(0) if len(coming) > 1 else coming[0]))
        return started[-1]

    return Kept(start, now=0.0)


def _die(process: Process) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_one_that_dies_is_started_again_after_its_pause(started: list[Process]) -> None:
    kept = _kept(started, SLEEPER)
    _die(kept.process)
    kept.look(100.0)
    assert len(started) == 1
    kept.look(101.0)
    assert len(started) == 2
    assert kept.process.poll() is None


def test_one_that_dies_again_before_it_did_anything_is_started_again(
    started: list[Process],
) -> None:
    kept = _kept(started, SLEEPER, AT_ONCE, SLEEPER)
    _die(kept.process)
    kept.look(10.0)
    kept.look(11.0)
    kept.process.wait()
    kept.look(12.0)
    kept.look(13.9)
    assert len(started) == 2  # the second pause is twice the first
    kept.look(14.0)
    assert len(started) == 3
    assert kept.process.poll() is None


def test_pauses_grow_to_a_limit_and_begin_anew_after_a_long_life(started: list[Process]) -> None:
    kept, now, pauses = _kept(started, AT_ONCE), 0.0, []
    for _ in range(7):
        pauses.append(_pause(kept, now, started))
        now += 100.0 if len(pauses) == 6 else pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 30, 1]


def _pause(kept: Kept, now: float, started: list[Process]) -> int:
    """Seconds from a death that is seen at `now` to the next start."""
    kept.process.wait()
    before = len(started)
    for seconds in range(100):
        kept.look(now + seconds)
        if len(started) > before:
            return seconds
    raise AssertionError("it was never started again")


def test_one_that_waits_for_its_start_holds_up_no_other(started: list[Process]) -> None:
    server, worker = _kept(started, SLEEPER), _kept(started, SLEEPER)
    _die(worker.process)
    worker.look(5.0)
    _die(server.process)
    server.look(5.5)
    worker.look(6.0)
    assert worker.process.poll() is None
    server.look(6.5)
    assert server.process.poll() is None


def test_what_a_dead_child_left_behind_is_killed(started: list[Process]) -> None:
    leaves = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True)"
    left = 0

    def start() -> Process:
        nonlocal left
        process = subprocess.Popen(
            [sys.executable, "-c", leaves, *SLEEPER], stdout=subprocess.PIPE, process_group=0
        )
        assert process.stdout is not None
        left = int(process.stdout.readline())
        process.stdout.close()
        process.wait()
        started.append(process)
        return process

    kept = Kept(start, now=0.0)
    os.kill(left, 0)
    kept.look(1.0)
    assert _is_gone(left)


def _is_gone(pid: int) -> bool:
    """Whether a process that got SIGKILL has ended, or is a zombie of another parent."""
    return _soon(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)  # noqa: PLW1510
    return state.stdout.strip()[:1] not in {"", "Z"}


def _soon(true: Callable[[], bool]) -> bool:
    return any(true() for _ in range(1000))
