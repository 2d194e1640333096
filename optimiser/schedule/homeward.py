"""What trucks do in any case: those under way come home empty, promised stops are made first."""

from collections.abc import Iterable

from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.travel import TravelMatrix


def all_orders(problem: Problem, travel: TravelMatrix, solution: Solution) -> list[TruckOrder]:
    """Orders of all trucks that drive: those of a solution, and those that no solution can leave
    out (see `homeward`).
    """
    given = [order for order in solution.orders if order.actions]
    driving = {order.truck_id for order in given}
    bound = [each for each in problem.trucks if each.present is not None or each.first]
    missing = [each for each in bound if each.id not in driving]
    return [*given, *(homeward(problem, travel, truck) for truck in missing)]


def homeward(problem: Problem, travel: TravelMatrix, truck: Truck) -> TruckOrder:
    """A truck's first actions, then unloading what is on board with the least detour."""
    actions, loaded = list(truck.first), _loaded_at_start(truck)
    for action in truck.first:
        if action.kind == "visit":
            hold = truck.compartment_of(problem.visit_by_id[action.ref].fraction)
            loaded |= set() if hold is None else {hold}
        else:
            loaded -= emptied(truck, problem.site_by_id[action.ref])
    row, home = _last_row(problem, truck), problem.depot_index[truck.end_depot_id]
    while useful := [each for each in _open_sites(problem) if loaded & emptied(truck, each)]:
        site = min(useful, key=lambda each: _detour_m(problem, travel, each, row, home))
        actions.append(Action("unload", site.id))
        loaded -= emptied(truck, site)
        row = problem.site_index[site.id]
    return TruckOrder(truck.id, tuple(actions))


def emptied(truck: Truck, site: DisposalSite) -> set[int]:
    """Compartments that unloading at a site empties: it takes all of their fractions."""
    return {n for n, hold in enumerate(truck.compartments) if hold.fractions <= site.fractions}


def _loaded_at_start(truck: Truck) -> set[int]:
    holds = truck.present.load if truck.present else ()
    return {n for n, hold in enumerate(holds) if hold.mass_kg > 0 or hold.volume_l > 0}


def _last_row(problem: Problem, truck: Truck) -> int:
    if not truck.first:
        return problem.start_row(truck)
    last = truck.first[-1]
    index = problem.visit_index if last.kind == "visit" else problem.site_index
    return index[last.ref]


def _open_sites(problem: Problem) -> Iterable[DisposalSite]:
    return (each for each in problem.disposal_sites if problem.day.windows(each.hours))


def _detour_m(
    problem: Problem, travel: TravelMatrix, site: DisposalSite, row: int, home: int
) -> int:
    return int(travel.along((row, problem.site_index[site.id], home))[0].sum())
