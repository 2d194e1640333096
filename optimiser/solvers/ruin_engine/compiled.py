"""How the functions of the search are compiled: kept on disk, free of Python's global lock.

Numba keeps compiled code by the file that a function stands in, and does not see that a function
it calls has changed in another file. So what is kept is kept under a hash of all files here.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit

F = TypeVar("F", bound=Callable[..., Any])

CACHE_VARIABLE = "BINROUNDS_CACHE_DIR"
"""Names the folder of compiled code; without it, one in the user's cache folder."""


def cache_folder() -> Path:
    """Where the compiled code of exactly these sources is kept."""
    given = os.environ.get(CACHE_VARIABLE)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    base = Path(given) if given else Path(home) / "binrounds"
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = sha256(b"\0".join(each.read_bytes() for each in sources)).hexdigest()
    return base / f"ruin-{digest[:16]}"


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


def plain(function: F) -> F:
    """The Python function of a compiled one, to compile it in another way."""
    return cast("F", cast("Any", function).py_func)
