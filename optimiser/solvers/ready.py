"""Gets the engines ready before the first plan, beside whatever else is done."""

import os
import subprocess
import sys

from optimiser.solvers.child import NICE
from optimiser.solvers.ruin_engine.cache import is_compiled


def get_ready() -> "subprocess.Popen[bytes] | None":
    """Begin to compile the search in a process of low priority; None if that is done.

    It takes a minute or two, once for a version on a machine. Plans made meanwhile are other
    engines' work.
    """
    if is_compiled():
        return None
    return subprocess.Popen(
        [sys.executable, "-m", "optimiser.solvers.ruin_engine.warm"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_give_way if hasattr(os, "nice") else None,  # noqa: PLW1509  # nothing but nice
    )


def _give_way() -> None:
    os.nice(NICE)
