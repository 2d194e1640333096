"""Builds the index model of a problem: today's trucks, open sites, merged stops."""

from dataclasses import replace
from typing import Literal

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Truck
from optimiser.domain.problem import Problem
from optimiser.domain.units import whole
from optimiser.solvers.index import (
    MICRO,
    Driving,
    Hold,
    IndexModel,
    IndexSite,
    IndexStop,
    IndexTruck,
    Limits,
    Lunch,
    Place,
    Prices,
    Window,
)
from optimiser.solvers.merge import merged_stops
from optimiser.solvers.worth import without_hopeless
from optimiser.travel import TravelMatrix

Traffic = Literal["mean", "worst"]


def build_index(problem: Problem, travel: TravelMatrix, traffic: Traffic) -> IndexModel:
    """The whole-number model. What cannot be done by anyone is left out, without reasons."""
    trucks = tuple(
        built
        for truck in problem.trucks
        if (built := _truck(problem, truck, traffic)) and _can_drive(built)
    )
    sites = tuple(
        IndexSite(site.id, problem.site_index[site.id], site.unload_s, windows, site.fractions)
        for site in problem.disposal_sites
        if (windows := problem.day.windows(site.hours)) and _is_of_use(problem, site)
    )
    stops = merged_stops(problem, travel, trucks, sites)
    model = IndexModel(
        problem=problem,
        travel=travel,
        trucks=_with_first(problem, trucks, sites, stops),
        sites=sites,
        stops=stops,
        imbalance_per_s=whole(problem.rates.imbalance_eur_per_h * MICRO / 3600),
        change=whole(problem.rates.change_eur * MICRO),
    )
    return without_hopeless(model)


def _can_drive(truck: IndexTruck) -> bool:
    return bool(truck.leave and truck.home) and truck.leave[0][0] <= truck.home[-1][1]


def _with_first(
    problem: Problem,
    trucks: tuple[IndexTruck, ...],
    sites: tuple[IndexSite, ...],
    stops: tuple[IndexStop, ...],
) -> tuple[IndexTruck, ...]:
    """The trucks with what they do first, as far as it can be done today."""
    place_of: dict[tuple[str, str], Place] = {
        ("visit", visit): ("stop", number)
        for number, stop in enumerate(stops)
        for visit in stop.visits
    }
    place_of |= {("unload", site.id): ("site", number) for number, site in enumerate(sites)}
    return tuple(
        replace(truck, first=tuple(
            place
            for action in problem.truck_by_id[truck.id].first
            if (place := place_of.get((action.kind, action.ref)))
            and (place[0] == "stop" or any(map(sites[place[1]].empties, truck.holds)))
        ))
        for truck in trucks
    )  # fmt: skip


def _is_of_use(problem: Problem, site: DisposalSite) -> bool:
    """Whether a site can empty any hold of any truck."""
    return any(
        hold.fractions <= site.fractions for truck in problem.trucks for hold in truck.compartments
    )


def _truck(problem: Problem, truck: Truck, traffic: Traffic) -> IndexTruck | None:
    day = problem.day
    starts_s, ends_s = day.seconds(truck.shift.starts), day.seconds(truck.shift.ends)
    if not _works_today(day, truck):
        return None
    shift = (starts_s, ends_s + truck.shift.overtime_s)
    leave = _within(day, problem.depot_by_id[truck.start_depot_id], shift)
    if truck.present is not None:
        now_s = day.seconds(truck.present.at)
        shift, leave = (now_s, shift[1]), ((now_s, now_s),)
    return IndexTruck(
        id=truck.id,
        start_row=problem.start_row(truck),
        end_row=problem.depot_index[truck.end_depot_id],
        leave=leave,
        home=_within(day, problem.depot_by_id[truck.end_depot_id], shift),
        shift_end_s=ends_s,
        lunch=_lunch(day, truck),
        holds=tuple(_hold(each) for each in truck.compartments),
        abilities=truck.abilities,
        limits=_limits(truck),
        prices=_prices(truck, problem.rates.carbon_eur_per_t),
        factor=_factor(problem, shift, traffic),
        out=truck.present is not None,
        on_board=_on_board(truck),
        first=(),
        driving=_driving(truck),
    )


def _works_today(day: ServiceDay, truck: Truck) -> bool:
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.service_date.weekday()]
    return weekday in truck.shift.days


def _within(day: ServiceDay, depot: Depot, shift: Window) -> tuple[Window, ...]:
    return tuple(
        (max(first, shift[0]), min(last, shift[1]))
        for first, last in day.windows(depot.hours)
        if max(first, shift[0]) <= min(last, shift[1])
    )


def _lunch(day: ServiceDay, truck: Truck) -> Lunch | None:
    rule = truck.break_rule
    if rule is None:
        return None
    return Lunch(rule.duration_s, day.seconds(rule.earliest), day.seconds(rule.latest))


def _on_board(truck: Truck) -> tuple[tuple[int, int], ...]:
    if truck.present is None:
        return ((0, 0),) * len(truck.compartments)
    return tuple(
        (whole(each.mass_kg * 1000, "up"), whole(each.volume_l * 1000, "up"))
        for each in truck.present.load
    )


def _driving(truck: Truck) -> Driving | None:
    rule = truck.driving_rule
    if rule is None:
        return None
    return Driving(rule.most_s, rule.rest_s, truck.present.driven_s if truck.present else 0)


def _hold(compartment: Compartment) -> Hold:
    kg, litres = compartment.capacity_kg, compartment.capacity_l
    return Hold(
        compartment.fractions,
        None if kg is None else whole(kg * 1000, "down"),
        None if litres is None else whole(litres * 1000, "down"),
        compartment.compaction,
    )


def _limits(truck: Truck) -> Limits:
    limits, reach = truck.limits, truck.energy.range_m
    distances = [each for each in (limits.distance_m, reach) if each is not None]
    return Limits(
        limits.stops,
        min(distances, default=None),
        limits.duration_s,
        limits.driving_s,
        None if limits.mass_kg is None else whole(limits.mass_kg * 1000, "down"),
        None if limits.volume_l is None else whole(limits.volume_l * 1000, "down"),
    )


def _prices(truck: Truck, carbon_eur_per_t: float) -> Prices:
    energy = truck.energy
    unit = energy.co2e_g_per_unit / 1e6 * carbon_eur_per_t * MICRO
    weighed = any(each.capacity_kg for each in truck.compartments)
    half_load = (energy.per_km_full - energy.per_km_empty) / 2 if weighed else 0.0
    empty = (truck.cost_per_km_eur * MICRO + energy.per_km_empty * unit) / 1000
    return Prices(
        fixed=0 if truck.present else whole(truck.cost_fixed_eur * MICRO),
        per_m=empty + half_load * unit / 1000,
        per_m_empty=empty,
        per_paid_s=whole(truck.cost_per_hour_eur * MICRO / 3600),
        per_overtime_s=whole(truck.cost_per_overtime_hour_eur * MICRO / 3600),
        per_work_s=energy.per_standing_h * unit / 3600,
        per_lift=energy.per_lift * unit,
    )


def _factor(problem: Problem, shift: Window, traffic: Traffic) -> float:
    """One number for a shift's traffic: the mean or the worst of its hours."""
    day, factors = problem.day, problem.travel.hour_factors
    hours = [
        factors[day.instant(second).astimezone(day.zone).hour]
        for second in range(shift[0], max(shift) + 1, 900)
    ]
    return max(hours) if traffic == "worst" else sum(hours) / len(hours)
