"""Processes by their parents, as Linux tells of them in /proc."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

_GONE_WITHIN_S = 10.0


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in task.read_text().split()]
        except OSError:
            continue  # it ended just now
    return found


def family(pid: int) -> list[int]:
    """Children, their children, and so on."""
    found = children(pid)
    return found + [each for child in found for each in family(child)]


def command(pid: int) -> str:
    """The command line of a process, empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def end(pids: Sequence[int]) -> None:
    """Kill -9 of all of them, and wait until they are gone."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + _GONE_WITHIN_S
    while any(_lives(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
