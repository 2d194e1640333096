"""How the functions of the search are compiled: kept on disk, free of Python's global lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import config, njit

from optimiser.solvers.ruin_engine.cache import cache_folder

F = TypeVar("F", bound=Callable[..., Any])

setattr(config, "CACHE_DIR", str(cache_folder()))  # noqa: B010  # numba.config has no types


OPTIONS: dict[str, Any] = {
    "cache": True, "nogil": True, "error_model": "numpy", "_nrt": False,
}  # fmt: skip
"""Compiled code makes no objects, so it needs none of numba's run time to count them."""


def compiled(function: F) -> F:
    """The function, compiled when it is first called; what is compiled is kept on disk."""
    return cast("F", njit(**OPTIONS)(function))


def inlined(function: F) -> F:
    """The same for a small function that is put into its callers: calls copy every array."""
    return cast("F", njit(inline="always", **OPTIONS)(function))


def small(function: F) -> F:
    """The same for a function of a few lines: LLVM puts it into its callers, where all that it was
    handed but does not read falls away.
    """
    return cast("F", njit(forceinline=True, **OPTIONS)(function))


def plain(function: F) -> F:
    """The Python function of a compiled one, to compile it in another way."""
    return cast("F", cast("Any", function).py_func)
