"""Engines that turn a problem into orders of actions, each run in a process of its own."""

from optimiser.solvers.here import solve_here
from optimiser.solvers.protocol import Engine, SolverFailed, Stop
from optimiser.solvers.ready import get_ready, take_compiled
from optimiser.solvers.registry import ENGINES, make_engine, polisher
from optimiser.solvers.runner import solve_in_process, solve_with

__all__ = [
    "ENGINES",
    "Engine",
    "SolverFailed",
    "Stop",
    "get_ready",
    "make_engine",
    "polisher",
    "solve_here",
    "solve_in_process",
    "solve_with",
    "take_compiled",
]
