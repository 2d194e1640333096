"""Reasons that no order of the day could change: the visit fits no truck, site or opening."""

from collections.abc import Iterator, Sequence

from optimiser.domain.fleet import DisposalSite, Truck
from optimiser.domain.problem import Problem, Visit
from optimiser.explain.reason import Reason

Span = tuple[int, int]
"""First and last second of the service day."""

_PINNED = {
    "no_truck_today": "is not out today",
    "no_truck_for_fraction": "has no compartment for its fraction",
    "no_truck_with_access": "lacks an ability that it needs",
    "too_big": "cannot hold it",
    "no_site": "can unload it nowhere today",
    "outside_shift": "has no shift in its windows",
    "site_outside_shift": "has no shift in the hours of a site for it",
}
"""What an obstacle means for the one truck that a visit is pinned to."""


def never(problem: Problem, out: Sequence[Truck], visit: Visit) -> Reason | None:
    """The first thing that rules a visit out for every truck that is `out`, or None."""
    general = next(_obstacles(problem, out, visit), None)
    if general is not None or visit.pinned_truck_id is None:
        return general
    pinned = [truck for truck in out if truck.id == visit.pinned_truck_id]
    own = next(_obstacles(problem, pinned, visit), None)
    if own is None:
        return None
    return Reason(
        "pinned",
        f"It is pinned to truck {visit.pinned_truck_id}, which {_PINNED[own.code]}.",
        "Pin it to another truck, or to none.",
        (visit.pinned_truck_id,),
    )


def out_today(problem: Problem) -> list[Truck]:
    """Trucks that have a shift on the service date, and depots that are open in it; and those
    that are under way.
    """
    return [
        truck
        for truck in problem.trucks
        if truck.present is not None
        or (problem.day.weekday in truck.shift.days and _depots_open(problem, truck))
    ]


def able_trucks(out: Sequence[Truck], visit: Visit) -> list[Truck]:
    """Those that take the visit's fraction, have the access, and can hold it; if it is pinned,
    its own at most.
    """
    return [
        truck
        for truck in out
        if _takes(truck, visit)
        and visit.access <= truck.abilities
        and not _too_much(truck, visit)
        and visit.pinned_truck_id in {None, truck.id}
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
    fitting = [truck for truck in trucks if not _too_much(truck, visit)]
    if not fitting:
        yield _too_big(trucks, visit)
    yield from _closed(problem, visit, fitting)


def _too_big(trucks: Sequence[Truck], visit: Visit) -> Reason:
    """With the truck that comes nearest to holding it, and the first thing that it lacks."""
    lacking = [(_too_much(truck, visit), truck) for truck in trucks]
    (first, *_), nearest = min(
        lacking, key=lambda each: max(amount / max(most, 1e-9) for amount, most, _ in each[0])
    )
    amount, most, limit = first
    return Reason(
        "too_big",
        f"It has {amount:.0f} {limit.format(truck=nearest.id, most=f'{most:.0f}')}.",
        "Split it into smaller visits, or send a bigger truck.",
        (nearest.id,),
    )


def _closed(problem: Problem, visit: Visit, trucks: Sequence[Truck]) -> Iterator[Reason]:
    sites = [(truck, sites_for(problem, truck, visit.fraction)) for truck in trucks]
    if not any(found for _, found in sites):
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
    if not any(
        _meets(problem.day.windows(site.hours), _shift(problem, truck))
        for truck, found in sites
        for site in found
    ):
        yield Reason(
            "site_outside_shift",
            "The hours of the sites for it and the shifts of the trucks for it do not meet.",
            "Give a truck a shift in a site's hours, or open a site longer.",
        )


def _depots_open(problem: Problem, truck: Truck) -> bool:
    depots = (problem.depot_by_id[each] for each in (truck.start_depot_id, truck.end_depot_id))
    shift = _shift(problem, truck)
    return all(_meets(problem.day.windows(depot.hours), shift) for depot in depots)


def _shift(problem: Problem, truck: Truck) -> Span:
    day, shift = problem.day, truck.shift
    starts = shift.starts if truck.present is None else truck.present.at
    return day.seconds(starts), day.seconds(shift.ends) + shift.overtime_s


def _meets(windows: Sequence[Span], shift: Span) -> bool:
    return any(opens <= shift[1] and closes >= shift[0] for opens, closes in windows)


def _takes(truck: Truck, visit: Visit) -> bool:
    return truck.compartment_of(visit.fraction) is not None


def _too_much(truck: Truck, visit: Visit) -> list[tuple[float, float, str]]:
    """Amounts of a visit that are more than a truck for it could ever take, with the most."""
    index = truck.compartment_of(visit.fraction)
    if index is None:
        return []
    hold, limits = truck.compartments[index], truck.limits
    limited = (
        (visit.mass_kg, hold.capacity_kg, "kg; truck {truck} holds {most} kg"),
        (
            visit.volume_l / hold.compaction,
            hold.capacity_l,
            "l, compacted; truck {truck} holds {most} l",
        ),
        (visit.mass_kg, limits.mass_kg, "kg; truck {truck} may collect {most} kg a day"),
        (visit.volume_l, limits.volume_l, "l; truck {truck} may collect {most} l a day"),
    )
    return [
        (amount, most, limit)
        for amount, most, limit in limited
        if most is not None and amount > most
    ]
