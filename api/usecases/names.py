"""What a worker is known by, and whether the one that had a name is gone."""

import hashlib
import os
import socket
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NUMBERS = Path("/proc/self/ns/pid")


def worker_name() -> str:
    """HOST:NUMBER:PLACE. The number is the process's; the place is where numbers mean the same."""
    return f"{socket.gethostname()}:{os.getpid()}:{_place()}"


def is_gone(name: str) -> bool:
    """Whether there is no process any more that had this name. False where that cannot be told
    from here: on another machine, in another container, or if the number is another's by now.
    """
    number, _, place = name.partition(":")[2].partition(":")
    return place == _place() != "" and number.isdecimal() and not _lives(int(number))


@cache
def _place() -> str:
    """Of this start of this machine, and this container in it; empty where nothing tells."""
    try:
        known = f"{_BOOT.read_text()}{_NUMBERS.readlink()}"
    except OSError:
        return ""
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)  # no signal is sent
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
