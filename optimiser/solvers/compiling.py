"""Compiles the search once for all processes of a machine: who comes second waits for the first."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from optimiser.solvers.ruin_engine.cache import cache_folder, is_compiled


def compile_search() -> None:
    """Compile the search, or wait until another process has."""
    if is_compiled():
        return
    with alone():
        from optimiser.solvers.ruin_engine.warm import warm_up  # noqa: PLC0415  # heavy

        warm_up()


@contextmanager
def alone() -> Iterator[None]:
    """Holds back other processes that would compile the same sources."""
    with (cache_folder() / "lock").open("w") as lock:
        if sys.platform != "win32":
            import fcntl  # noqa: PLC0415  # not on Windows, where all of them compile

            fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel lets go of it when a process dies
        yield


if __name__ == "__main__":
    compile_search()
