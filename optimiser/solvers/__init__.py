"""Engines that turn a problem into orders of actions, each run in a process of its own."""

from optimiser.solvers.protocol import Engine, SolverFailed, Stop
from optimiser.solvers.registry import ENGINES, make_engine
from optimiser.solvers.runner import solve_in_process

__all__ = ["ENGINES", "Engine", "SolverFailed", "Stop", "make_engine", "solve_in_process"]
