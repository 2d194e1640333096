"""Engines by name. Their libraries are imported only where an engine is made."""

from collections.abc import Callable

from optimiser.solvers.protocol import Engine


def _ortools() -> Engine:
    from optimiser.solvers.ortools_engine.engine import (  # noqa: PLC0415  # heavy, child only
        OrToolsEngine,
    )

    return OrToolsEngine()


def _ortools_worst() -> Engine:
    from optimiser.solvers.ortools_engine.engine import (  # noqa: PLC0415  # heavy, child only
        OrToolsEngine,
    )

    return OrToolsEngine(name="ortools-worst", traffic="worst")


ENGINES: dict[str, Callable[[], Engine]] = {
    "ortools": _ortools,
    "ortools-worst": _ortools_worst,
}
"""`ortools` plans with the mean traffic of a shift; `ortools-worst` with its worst hour, for
days when plans made with the mean come home late."""


def make_engine(name: str) -> Engine:
    """The engine of that name. Raises KeyError for an unknown one."""
    if name not in ENGINES:
        raise KeyError(f"no engine {name!r}; there are {', '.join(sorted(ENGINES))}")
    return ENGINES[name]()
