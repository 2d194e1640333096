"""Engines by name. Their libraries are imported only where an engine is made."""

from collections.abc import Callable

from optimiser.solvers.compiling import compile_search
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


def _pyvrp() -> Engine:
    from optimiser.solvers.pyvrp_engine.engine import (  # noqa: PLC0415  # heavy, child only
        PyVrpEngine,
    )

    return PyVrpEngine()


def _pyvrp_worst() -> Engine:
    from optimiser.solvers.pyvrp_engine.engine import (  # noqa: PLC0415  # heavy, child only
        PyVrpEngine,
    )

    return PyVrpEngine(name="pyvrp-worst", traffic="worst")


def polisher(trucks: tuple[str, ...]) -> Engine:
    """An engine that improves the routes of these trucks (ids) in its warm start, no others.

    For `solve_with(partial(polisher, trucks), ...)`.
    """
    from optimiser.solvers.ortools_engine.polish import (  # noqa: PLC0415  # heavy, child only
        Polisher,
    )

    return Polisher(trucks)


def _ruin() -> Engine:
    from optimiser.solvers.ruin_engine.engine import RuinEngine  # noqa: PLC0415  # heavy, child only

    compile_search()
    return RuinEngine()


ENGINES: dict[str, Callable[[], Engine]] = {
    "ortools": _ortools,
    "ortools-worst": _ortools_worst,
    "pyvrp": _pyvrp,
    "pyvrp-worst": _pyvrp_worst,
    "ruin": _ruin,
}
"""`ortools` and `pyvrp` plan with the mean traffic of a shift; the others with its worst hour,
for days when plans made with the mean come home late."""


def make_engine(name: str) -> Engine:
    """The engine of that name. Raises KeyError for an unknown one."""
    if name not in ENGINES:
        raise KeyError(f"no engine {name!r}; there are {', '.join(sorted(ENGINES))}")
    return ENGINES[name]()
