"""How OR-Tools searches: guided local search from a start that already unloads in mid-route.

Measured on the instances of Kim, Kim and Sahoo (2006): guided local search from our own start
finds in seconds what iterated local search (ruin by adjacent string removal) has not found in
a minute, because in 9.15 the latter cannot be given a start (`SolveFromAssignment...` ignores
it, and the hint is used by insertion only, which never unloads in mid-route).
"""

from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util.optional_boolean_pb2 import BOOL_FALSE

SECONDS_A_STOP = 0.25
LEAST_S = 2.0
"""A small problem is not searched for longer than this and so much for each stop."""

SLOW = (
    "use_global_cheapest_insertion_path_lns",
    "use_local_cheapest_insertion_path_lns",
    "use_relocate_path_global_cheapest_insertion_insert_unperformed",
)
"""Operators that take more time than they find: without them the first local optimum of a
thousand stops comes about twice as fast."""


def search_parameters(solutions: int | None, left_s: float | None, stops: int) -> Any:
    """Parameters of one search of so many stops within `left_s` seconds and so many solutions.

    Without a time, only solutions count, and the same search gives the same solution.
    """
    params = pywrapcp.DefaultRoutingSearchParameters()
    params.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    params.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    for operator in SLOW:
        setattr(params.local_search_operators, operator, BOOL_FALSE)
    if solutions is not None:
        params.solution_limit = max(1, solutions)
    if left_s is not None:
        seconds = min(left_s, LEAST_S + SECONDS_A_STOP * stops)
        params.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    return params
