"""Whether an engine's answer speaks of this problem at all; the verifier judges the rest."""

from collections.abc import Iterator, Mapping

from optimiser.domain.base import repeated
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution


def nonsense(problem: Problem, solution: object) -> str | None:
    """What is senseless about an answer (unknown or repeated ids), or None."""
    if not isinstance(solution, Solution):
        return f"a {type(solution).__name__} is no solution"
    return next(_complaints(problem, solution), None)


def _complaints(problem: Problem, solution: Solution) -> Iterator[str]:
    known: dict[str, Mapping[str, object]] = {
        "visit": problem.visit_by_id,
        "unload": problem.site_by_id,
    }
    for order in solution.orders:
        if order.truck_id not in problem.truck_by_id:
            yield f"unknown truck {order.truck_id!r}"
        for action in order.actions:
            if action.ref not in known[action.kind]:
                yield f"unknown {action.kind} {action.ref!r}"
    truck = repeated(order.truck_id for order in solution.orders)
    if truck is not None:
        yield f"truck {truck!r} has two orders"
    visit = repeated(a.ref for o in solution.orders for a in o.actions if a.kind == "visit")
    if visit is not None:
        yield f"visit {visit!r} is done twice"
