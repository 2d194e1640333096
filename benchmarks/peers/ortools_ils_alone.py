"""OR-Tools alone, with its iterated local search instead of guided local search."""

from benchmarks.classic.found import Found
from benchmarks.classic.instance import Instance
from benchmarks.peers import ortools_alone


def solve(instance: Instance, seconds: float, seed: int) -> Found:
    """Solve; see `ortools_alone`."""
    return ortools_alone.solve(instance, seconds, seed, ils=True)
