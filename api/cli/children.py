"""Child processes that are started again when they die."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

Process = subprocess.Popen[bytes]

_ENDED_WITHIN_S = 15.0
_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
_SETTLED_S = 60.0
"""One that lived so long begins again with the shortest pause."""
_PR_SET_PDEATHSIG = 1


class Kept:
    """A child that is started again after a pause, which grows while it keeps dying.

    Looking never waits, so that one child's pause holds up no other.
    """

    def __init__(self, start: Callable[[], Process], *, now: float) -> None:
        self._start = start
        self.process = start()
        self._began, self._pause = now, _PAUSE_S
        self._again_at: float | None = None

    def look(self, now: float) -> None:
        """Start it again if it is dead and its pause is over; `now` is a monotonic clock's."""
        if self._again_at is None:
            if self.process.poll() is None:
                return
            _kill_group(self.process)
            if now - self._began >= _SETTLED_S:
                self._pause = _PAUSE_S
            self._again_at = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)
        if now >= self._again_at:
            self.process, self._began, self._again_at = self._start(), now, None


def child(command: Sequence[str]) -> Process:
    """A child that leads a process group of its own and gets SIGTERM when this process dies."""
    # This process has one thread, so running a little code in the child is safe.
    return subprocess.Popen(  # noqa: S603  # own options only
        command,
        preexec_fn=_end_with_parent,  # noqa: PLW1509  # see above
        process_group=0,
    )


def end(children: Sequence[Process]) -> None:
    """Ask all to end, and kill those that do not."""
    for each in children:
        if each.poll() is None:
            each.terminate()
    deadline = time.monotonic() + _ENDED_WITHIN_S
    for each in children:
        try:
            each.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()


def _kill_group(dead: Process) -> None:
    """Kill what a dead child left behind: gunicorn's own workers still hold the port."""
    try:
        os.killpg(dead.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS may say either
        return


def _end_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent dies, so that a kill -9 leaves no server behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
