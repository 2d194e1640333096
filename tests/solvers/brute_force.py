"""The best plan of a tiny problem by trying every order, truck and unloading, with the verifier.

A truck that drives in any case has an order for no visits too.
"""

from collections.abc import Iterator
from itertools import combinations, permutations, product

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.travel import TravelMatrix, travel_matrix
from optimiser.verifier import verify

Orders = dict[frozenset[str], tuple[float, TruckOrder]]


def best_cost(problem: Problem) -> tuple[int, float]:
    """Least number of required visits left, then least cost in euros."""
    travel = travel_matrix(problem)
    tables = [_best_orders(problem, travel, truck.id) for truck in problem.trucks]
    required = {visit.id for visit in problem.visits if visit.required}
    found = []
    for split in _splits(tables):
        plan = build_plan(problem, travel, Solution(tuple(order for _, order in split)))
        done = {a.ref for _, order in split for a in order.actions}
        found.append((len(required - done), plan.cost.total_eur))
    return min(found)


def _splits(tables: list[Orders]) -> Iterator[list[tuple[float, TruckOrder]]]:
    """Every choice of one set of visits per truck, or none, without overlap."""
    for chosen in product(*(({frozenset(): None} | table).items() for table in tables)):
        visits = [visit for ids, _ in chosen for visit in ids]
        if len(visits) == len(set(visits)):
            yield [entry for _, entry in chosen if entry is not None]


def _best_orders(problem: Problem, travel: TravelMatrix, truck: str) -> Orders:
    """For each set of visits the cheapest order of this truck that keeps every rule."""
    best: Orders = {}
    ids = [visit.id for visit in problem.visits]
    own = problem.truck_by_id[truck]
    for size in range(0 if own.present or own.first else 1, len(ids) + 1):
        for chosen in combinations(ids, size):
            for order in _orders(problem, truck, chosen):
                plan = build_plan(problem, travel, Solution((order,)))
                cost = next(r.cost.total_eur for r in plan.routes if r.truck_id == truck)
                known = best.get(frozenset(chosen))
                if (known is None or cost < known[0]) and not verify(problem, plan):
                    best[frozenset(chosen)] = (cost, order)
    return best


def _orders(problem: Problem, truck: str, ids: tuple[str, ...]) -> Iterator[TruckOrder]:
    """Every sequence, with any one unloading after each visit, and any two at the end. A truck
    under way may unload before.
    """
    sites = [(Action("unload", site.id),) for site in problem.disposal_sites]
    pauses: list[tuple[Action, ...]] = [(), *sites]
    lasts = pauses + [a + b for a, b in permutations(sites, 2)]
    begins = pauses if problem.truck_by_id[truck].present else pauses[:1]
    if not ids:
        yield from (TruckOrder(truck, last) for last in lasts)
        return
    for sequence in permutations(ids):
        for begin, *between in product(begins, *[pauses] * (len(ids) - 1)):
            for last in lasts:
                actions = list(begin)
                for visit, after in zip(sequence, (*between, last), strict=True):
                    actions += [Action("visit", visit), *after]
                yield TruckOrder(truck, tuple(actions))
