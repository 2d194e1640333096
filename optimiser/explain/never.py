"""Reasons that no order of the day could change: the visit fits no truck, site or opening."""

from collections.abc import Iterator, Sequence

from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.reason import Reason

Span = tuple[int, int]
"""First and last second of the service day."""


def never(problem: Problem, out: Sequence[Truck], visit: Visit) -> Reason | None:
    """The first thing that rules a visit out for every truck that is `out`, or None."""
    return next(_obstacles(problem, out, visit), None)


def out_today(problem: Problem) -> list[Truck]:
    """Trucks that have a shift on the service date, and depots that are open in it."""
    return [
        truck
        for truck in problem.trucks
        if problem.day.weekday in truck.shift.days and _depots_open(problem, truck)
    ]


def able_trucks(out: Sequence[Truck], visit: Visit) -> list[Truck]:
    """Those that take the visit's fraction, have the access, and can hold it."""
    return [
        truck
        for truck in out
        if _takes(truck, visit) and visit.access <= truck.abilities and _holds(truck, visit)
    ]


def sites_for(problem: Problem, truck: Truck, fraction: str) -> list[DisposalSite]:
    """Sites open today where the truck's compartment for a fraction can be emptied."""
    index = truck.compartment_of(fraction)
    if index is None:
        return []
    wanted = truck.compartments[index].fractions
    return [
        site
        for site in problem.disposal_sites
        if wanted <= site.fractions and problem.day.windows(site.hours)
    ]


def _obstacles(problem: Problem, out: Sequence[Truck], visit: Visit) -> Iterator[Reason]:
    if not out:
        yield Reason(
            "no_truck_today",
            "No truck has a shift and open depots on this day.",
            "Give a truck a shift in its depots' hours.",
        )
    trucks = [truck for truck in out if _takes(truck, visit)]
    if not trucks:
        yield Reason(
            "no_truck_for_fraction",
            f"No truck out today takes {visit.fraction}.",
            f"Give a truck a compartment for {visit.fraction}.",
        )
    trucks = [truck for truck in trucks if visit.access <= truck.abilities]
    if not trucks:
        needs = ", ".join(sorted(visit.access))
        yield Reason(
            "no_truck_with_access",
            f"It needs {needs}; no truck for {visit.fraction} out today has it.",
            "Send a truck with that ability, or lift the need.",
        )
    trucks = [truck for truck in trucks if _holds(truck, visit)]
    if not trucks:
        yield Reason(
            "too_big",
            f"{visit.mass_kg:.0f} kg and {visit.volume_l:.0f} l fit into no truck for it.",
            "Split it into smaller visits, or send a bigger truck.",
        )
    yield from _closed(problem, visit, trucks)


def _closed(problem: Problem, visit: Visit, trucks: Sequence[Truck]) -> Iterator[Reason]:
    if not any(sites_for(problem, truck, visit.fraction) for truck in trucks):
        yield Reason(
            "no_site",
            f"No disposal site open today takes what is in the compartment for {visit.fraction}.",
            "Open a site for it, or keep its compartment to fractions that one site takes.",
        )
    windows = problem.day.windows(visit.hours)
    if not windows:
        yield Reason("closed_today", "It has no opening hours on this day.", "Plan it another day.")
    if not any(_meets(windows, _shift(problem, truck)) for truck in trucks):
        yield Reason(
            "outside_shift",
            "Its windows and the shifts of the trucks for it do not meet.",
            "Widen its window, or give a truck a shift in it.",
        )


def _depots_open(problem: Problem, truck: Truck) -> bool:
    depots = (problem.depot_by_id[each] for each in (truck.start_depot_id, truck.end_depot_id))
    shift = _shift(problem, truck)
    return all(_meets(problem.day.windows(depot.hours), shift) for depot in depots)


def _shift(problem: Problem, truck: Truck) -> Span:
    day, shift = problem.day, truck.shift
    return day.seconds(shift.starts), day.seconds(shift.ends) + shift.overtime_s


def _meets(windows: Sequence[Span], shift: Span) -> bool:
    return any(opens <= shift[1] and closes >= shift[0] for opens, closes in windows)


def _takes(truck: Truck, visit: Visit) -> bool:
    return truck.compartment_of(visit.fraction) is not None


def _holds(truck: Truck, visit: Visit) -> bool:
    index = truck.compartment_of(visit.fraction)
    if index is None:
        return False
    hold, limits = truck.compartments[index], truck.limits
    limited = (
        (visit.mass_kg, hold.capacity_kg),
        (visit.volume_l / hold.compaction, hold.capacity_l),
        (visit.mass_kg, limits.mass_kg),
        (visit.volume_l, limits.volume_l),
    )
    return all(most is None or amount <= most for amount, most in limited)
