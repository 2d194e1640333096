"""How OR-Tools searches: guided local search from a start that already unloads in mid-route.

Measured on the instances of Kim, Kim and Sahoo (2006): guided local search from our own start
finds in seconds what iterated local search (ruin by adjacent string removal) has not found in
a minute, because the latter cannot be given a start in 9.15 (`SolveFromAssignment...` ignores
it, and the hint is used by insertion only, which never unloads in mid-route).
"""

from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from optimiser.solvers.protocol import Stop

SECONDS_A_STOP = 0.25
LEAST_S = 2.0
"""A small problem is not searched for longer than this and so much for each stop."""


def search_parameters(stop: Stop, left_s: float | None, stops: int) -> Any:
    """Parameters of one search of so many stops that has `left_s` seconds left.

    Without a time, only solutions count, and the same search gives the same solution.
    """
    params = pywrapcp.DefaultRoutingSearchParameters()
    params.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    params.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    if stop.solutions is not None:
        params.solution_limit = stop.solutions
    if left_s is not None:
        seconds = min(left_s, LEAST_S + SECONDS_A_STOP * stops)
        params.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    return params
