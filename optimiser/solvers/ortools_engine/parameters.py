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
LEAST_S = 0.5
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
    heuristics = routing_enums_pb2.LocalSearchMetaheuristic
    params.local_search_metaheuristic = (
        heuristics.GUIDED_LOCAL_SEARCH if stops > 1 else heuristics.GREEDY_DESCENT
    )
    for operator in SLOW:
        setattr(params.local_search_operators, operator, BOOL_FALSE)
    if solutions is not None:
        params.solution_limit = max(1, solutions)
    seconds = _most_seconds(solutions, left_s, stops)
    params.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    return params


def _most_seconds(solutions: int | None, left_s: float | None, stops: int) -> float:
    """Seconds of a search. Also one by solutions needs some: where the rules leave no other
    solution to accept, guided local search goes on for ever without counting any.
    """
    if left_s is None:
        return 1.0 + 0.02 * (solutions or 0) + 0.02 * stops
    return min(left_s, LEAST_S + SECONDS_A_STOP * stops)
