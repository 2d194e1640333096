"""Gets the engines ready before the first plan, beside whatever else is done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from optimiser.solvers.child import NICE
from optimiser.solvers.ruin_engine.cache import cache_folder, is_compiled, note_compiled

SEED = "BINROUNDS_CACHE_SEED"
"""Names a folder of compiled code that is only read, such as one made with a container's image."""


def get_ready() -> "subprocess.Popen[bytes] | None":
    """Begin to compile the search in a process of low priority; None if that is done.

    It takes a minute or two, once for a version on a machine. Plans made meanwhile are other
    engines' work.
    """
    take_compiled()
    if is_compiled():
        return None
    return subprocess.Popen(
        [sys.executable, "-m", "optimiser.solvers.compiling"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_give_way if hasattr(os, "nice") else None,  # noqa: PLW1509  # nothing but nice
    )


def take_compiled() -> None:
    """Copy what the seed has for these sources, if there is a seed and nothing here yet.

    numba writes where it reads, so it cannot use a folder that may only be read.
    """
    given = os.environ.get(SEED)
    seed = Path(given) / cache_folder().name if given else None
    if seed is None or is_compiled() or not seed.is_dir():
        return
    shutil.copytree(
        seed, cache_folder(), dirs_exist_ok=True, ignore=shutil.ignore_patterns("complete")
    )
    if (seed / "complete").exists():
        note_compiled()


def _give_way() -> None:
    os.nice(NICE)
