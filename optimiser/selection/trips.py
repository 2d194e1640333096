"""What it takes to send a truck out: the cost that stops of one day share."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import cos, hypot, radians
from statistics import fmean
from typing import Annotated

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Euros, Slug
from optimiser.domain.bins import Bin
from optimiser.domain.calendar import WEEKDAYS, Weekday, clock_seconds
from optimiser.domain.fleet import Depot, DisposalSite, Truck
from optimiser.domain.fractions import mass_kg
from optimiser.domain.places import GeoPoint, Place
from optimiser.domain.problem import Rates
from optimiser.domain.travel import GreatCircle, Travel

USUAL = GreatCircle()
G_PER_T = 1e6
S_PER_H = 3600
USUAL_LEVEL = 0.6
"""Bins are usually so full when they are emptied."""
MOST_STOPS = 1e5


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Trip:
    """The day of a truck of one kind, seen from far off.

    It can empty bins of `fractions` that ask for no more than `abilities`, on `days`. Sending
    it out costs `start_eur` before the first stop (fixed cost, the way out, to the plant and
    home, one unloading); then each km between stops costs `km_eur`, time included, and each
    hour of work at a stop `hour_eur`. It makes about `stops` stops a day.
    """

    fractions: frozenset[Slug]
    abilities: frozenset[Slug] = frozenset()
    days: frozenset[Weekday] = frozenset(WEEKDAYS)
    start_eur: Euros
    km_eur: Euros
    hour_eur: Euros
    stops: Annotated[float, Field(gt=0, le=1e5)]

    def serves(self, each: Bin) -> bool:
        return each.fraction in self.fractions and each.access <= self.abilities


def trips_of(
    trucks: Sequence[Truck],
    depots: Sequence[Depot],
    disposal_sites: Sequence[DisposalSite],
    bins: Sequence[Bin],
    *,
    rates: Rates,
    travel: Travel,
) -> tuple[Trip, ...]:
    """The trips of a fleet: one for each kind of truck that can empty any of the bins.

    Trucks of a kind take the same fractions and have the same abilities; their costs are
    averaged. The way is from the depot to the middle of the bins, to the nearest site that takes
    some of its waste, and home. A matrix of travel says nothing of places in between: the usual
    speed and detour are taken then.
    """
    plain = travel if isinstance(travel, GreatCircle) else USUAL
    places = {each.id: each.place for each in depots}
    found = []
    for (taken, abilities), alike in _kinds(trucks).items():
        served = [each for each in bins if each.fraction in taken and each.access <= abilities]
        sites = [each for each in disposal_sites if each.fractions & taken]
        if not (served and sites):
            continue
        middle = _middle(served)
        site = min(sites, key=lambda each: _km(middle, each.place))  # used at once
        costs = [
            _trip(
                each,
                served,
                way_km=plain.detour * _way_km(each, middle, site, places),
                back_km=plain.detour * 2 * _km(middle, site.place),
                unload_h=site.unload_s / S_PER_H,
                pace=fmean(plain.hour_factors[6:14]) / plain.speed_kmh,
                rates=rates,
            )
            for each in alike
        ]
        found.append(_averaged(alike, taken, abilities, costs))
    return tuple(found)


def _averaged(
    alike: Sequence[Truck],
    taken: frozenset[str],
    abilities: frozenset[str],
    costs: Sequence[tuple[float, float, float, float]],
) -> Trip:
    """The trip of trucks of a kind, from the costs of each as `_trip` has them."""
    start_eur, km_eur, hour_eur, stops = np.array(costs).mean(axis=0).tolist()
    return Trip(
        fractions=taken,
        abilities=abilities,
        days=frozenset(day for each in alike for day in each.shift.days),
        start_eur=start_eur,
        km_eur=km_eur,
        hour_eur=hour_eur,
        stops=stops,
    )


def _kinds(trucks: Sequence[Truck]) -> dict[tuple[frozenset[str], frozenset[str]], list[Truck]]:
    """Trucks by the fractions they take and their abilities."""
    kinds: dict[tuple[frozenset[str], frozenset[str]], list[Truck]] = defaultdict(list)
    for truck in trucks:
        taken = frozenset(f for each in truck.compartments for f in each.fractions)
        kinds[taken, truck.abilities].append(truck)
    return kinds


def _middle(bins: Sequence[Bin]) -> GeoPoint:
    return GeoPoint(
        lon=fmean(each.place.lon for each in bins), lat=fmean(each.place.lat for each in bins)
    )


def _way_km(
    truck: Truck, middle: GeoPoint, site: DisposalSite, depots: Mapping[str, Place]
) -> float:
    """From the depot to the middle, to the site, and home, as the crow flies."""
    start, end = depots.get(truck.start_depot_id), depots.get(truck.end_depot_id)
    return _km(start, middle) + _km(middle, site.place) + _km(site.place, end)


def _trip(
    truck: Truck,
    served: Sequence[Bin],
    *,
    way_km: float,
    back_km: float,
    unload_h: float,
    pace: float,
    rates: Rates,
) -> tuple[float, float, float, float]:
    """Cost of the start, a km and an hour, and stops a day, of one truck; `pace` in hours a km.
    A full truck goes `back_km` to the site and back for each load after the first.
    """
    carbon = truck.energy.co2e_g_per_unit / G_PER_T * rates.carbon_eur_per_t
    middling = (truck.energy.per_km_empty + truck.energy.per_km_full) / 2
    hour_eur = truck.cost_per_hour_eur + carbon * truck.energy.per_standing_h
    km_eur = truck.cost_per_km_eur + pace * truck.cost_per_hour_eur + carbon * middling
    start_h = way_km * pace + unload_h
    break_s = truck.break_rule.duration_s if truck.break_rule else 0
    shift_s = clock_seconds(truck.shift.ends) - clock_seconds(truck.shift.starts) - break_s
    stop_s = fmean(each.service_s for each in served) + S_PER_H * pace  # about a km apart
    rest_s = shift_s - start_h * S_PER_H
    again_s = S_PER_H * (back_km * pace + unload_h)
    return (
        truck.cost_fixed_eur + way_km * km_eur + unload_h * hour_eur,
        km_eur,
        hour_eur,
        max(1.0, _stops(rest_s, stop_s, _stops_a_load(truck, served), again_s)),
    )


def _stops(time_s: float, stop_s: float, load: float, again_s: float) -> float:
    """Stops in a time if so many make a load, and each load after the first takes longer."""
    first_s = load * stop_s
    if time_s <= first_s:
        return time_s / stop_s
    return load + load * (time_s - first_s) / (first_s + again_s)


def _stops_a_load(truck: Truck, served: Sequence[Bin]) -> float:
    """Bins that fill the first compartment that is full, each as full as it usually is."""
    fewest = MOST_STOPS
    for hold in truck.compartments:
        own = [each for each in served if each.fraction in hold.fractions]
        litres = USUAL_LEVEL * sum(each.volume_l for each in own) / len(served)
        kilos = sum(mass_kg(each.fraction, USUAL_LEVEL * each.volume_l) for each in own)
        if hold.capacity_l is not None and litres > 0:
            fewest = min(fewest, hold.capacity_l * hold.compaction / litres)
        if hold.capacity_kg is not None and kilos > 0:
            fewest = min(fewest, hold.capacity_kg * len(served) / kilos)
    return max(1.0, fewest)


def _km(one: object, other: object) -> float:
    """Flat-earth distance; none where a place has no coordinates."""
    if not (isinstance(one, GeoPoint) and isinstance(other, GeoPoint)):
        return 0.0
    lon = (one.lon - other.lon) * cos(radians((one.lat + other.lat) / 2))
    return 111.2 * hypot(lon, one.lat - other.lat)
