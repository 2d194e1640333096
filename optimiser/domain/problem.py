"""A whole planning problem for one service date: the input of every solver and the verifier."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from math import cos, hypot, radians
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from optimiser.domain.base import (
    CONFIG,
    Euros,
    Fill,
    Id,
    Kilograms,
    Litres,
    Name,
    Seconds,
    Share,
    Slug,
)
from optimiser.domain.calendar import Clock, Hours, ServiceDay, Zone
from optimiser.domain.fleet import Depot, DisposalSite, Truck
from optimiser.domain.places import GeoPoint, Place, PlanarPoint
from optimiser.domain.readings import Instant
from optimiser.domain.travel import GreatCircle, Matrix, Travel

FARTHEST_KM = 500.0
"""No stop of a day is farther than this from every depot; beyond it a coordinate is wrong."""

_COORDINATES = {GeoPoint: "lon and lat", PlanarPoint: "x_m and y_m"}


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Evidence:
    """What the forecast knew of a bin when it became a visit.

    `level` is the expected level at the planned day's noon with its standard deviation,
    `overflow_chance` the chance that it is over full before `next_chance`, the next time
    it could be visited if it is left today. `left_until` is when it would best be emptied then,
    None for later than the days looked at; `overflow_eur` is the part of the prize that is
    overflow until then; the rest is that it will need a visit the sooner. Both are None where
    the choice was not by prize.
    """

    level: Fill
    level_sd: Annotated[float, Field(ge=0, le=10)]
    fill_per_day: Annotated[float, Field(ge=0, le=10)]
    overflow_chance: Share
    next_chance: Instant
    last_reading: Fill | None = None
    last_reading_at: Instant | None = None
    reliability: Literal["low", "medium", "high"] = "low"
    overflow_eur: Euros | None = None
    left_until: Instant | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Visit:
    """A bin that must (`required`) or may be emptied on the service date.

    `prize_eur` is the money lost, in expectation, by leaving it today. `volume_l` is loose
    waste. `published_truck_id` is the truck that has it in the plan already published;
    `pinned_truck_id` the only one that may empty it. Unloading it must begin by `unload_by`.
    """

    id: Id
    place: Place
    name: Name = ""
    fraction: Slug
    volume_l: Litres
    mass_kg: Kilograms
    lifts: Annotated[int, Field(ge=0, le=1000)] = 1
    service_s: Seconds
    hours: tuple[Hours, ...] = ()
    access: frozenset[Slug] = frozenset()
    required: bool = True
    prize_eur: Euros = 0.0
    evidence: Evidence | None = None
    published_truck_id: Id | None = None
    pinned_truck_id: Id | None = None
    unload_by: Clock | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Rates:
    """What the objective's common terms cost; a truck carries the rates of its own.

    `carbon_eur_per_t`: price of a tonne of CO2e. `imbalance_eur_per_h`: per hour by which the
    longest route exceeds the mean of the routes driven. `change_eur`: per visit that is
    not on the truck it was published on.
    """

    carbon_eur_per_t: Euros = 100.0
    imbalance_eur_per_h: Euros = 0.0
    change_eur: Euros = 0.0


@dataclass(frozen=True, config=CONFIG, kw_only=True)
class Problem:
    """Depots, sites, trucks and visits of one service date, travel between them, and rates.

    Ids are unique within each kind. `Problem` is where ids become indices: places are
    numbered depots first, then disposal sites, then visits, then where trucks under way are.
    """

    service_date: Annotated[date, Field(ge=date(1970, 1, 1), le=date(2999, 12, 31))]
    timezone: Zone = "Europe/Copenhagen"
    depots: Annotated[tuple[Depot, ...], Field(min_length=1, max_length=1000)]
    disposal_sites: Annotated[tuple[DisposalSite, ...], Field(max_length=1000)] = ()
    trucks: Annotated[tuple[Truck, ...], Field(min_length=1, max_length=2000)]
    visits: Annotated[tuple[Visit, ...], Field(max_length=100_000)] = ()
    travel: Travel = GreatCircle()
    rates: Rates = Rates()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for kind in ("depots", "disposal_sites", "trucks", "visits"):
            counts = Counter(each.id for each in getattr(self, kind))
            twice = [each for each, count in counts.items() if count > 1]
            if twice:
                raise ValueError(f"{kind}: id {twice[0]!r} occurs {counts[twice[0]]} times")
        return self

    @model_validator(mode="after")
    def _trucks_have_depots(self) -> Self:
        known = {depot.id for depot in self.depots}
        for index, truck in enumerate(self.trucks):
            for field in ("start_depot_id", "end_depot_id"):
                depot_id = getattr(truck, field)
                if depot_id not in known:
                    raise ValueError(
                        f"trucks[{index}] {truck.id!r}: {field} {depot_id!r} is no depot "
                        "of this problem"
                    )
        return self

    @model_validator(mode="after")
    def _visits_have_their_trucks(self) -> Self:
        known = {truck.id for truck in self.trucks}
        for index, visit in enumerate(self.visits):
            if visit.pinned_truck_id is not None and visit.pinned_truck_id not in known:
                raise ValueError(
                    f"visits[{index}] {visit.id!r}: pinned_truck_id {visit.pinned_truck_id!r} "
                    "is no truck of this problem"
                )
        return self

    @model_validator(mode="after")
    def _first_actions_are_known(self) -> Self:
        known: dict[str, Mapping[str, object]] = {
            "visit": self.visit_by_id,
            "unload": self.site_by_id,
        }
        done: dict[str, str] = {}
        for index, truck in enumerate(self.trucks):
            for place, action in enumerate(truck.first):
                label = f"trucks[{index}] {truck.id!r}: first[{place}]"
                if action.ref not in known[action.kind]:
                    raise ValueError(f"{label}: there is no {action.kind} {action.ref!r}")
                if action.kind == "unload":
                    continue
                if action.ref in done:
                    raise ValueError(
                        f"{label}: visit {action.ref!r} is already first on {done[action.ref]!r}"
                    )
                done[action.ref] = truck.id
                pinned = self.visit_by_id[action.ref].pinned_truck_id
                if pinned not in (None, truck.id):
                    raise ValueError(f"{label}: visit {action.ref!r} is pinned to {pinned!r}")
        return self

    @model_validator(mode="after")
    def _places_fit_the_travel(self) -> Self:
        if isinstance(self.travel, Matrix):
            if len(self.travel.distance_m) != len(self.places):
                raise ValueError(
                    f"travel: the matrix has {len(self.travel.distance_m)} rows for "
                    f"{len(self.places)} places (depots, disposal sites, visits, present places)"
                )
            return self
        wanted = GeoPoint if isinstance(self.travel, GreatCircle) else PlanarPoint
        for label, place in self._labelled_places():
            if not isinstance(place, wanted):
                raise ValueError(  # noqa: TRY004  # pydantic reports ValueError, not TypeError
                    f"{label}: place has {_COORDINATES[type(place)]}; "
                    f"{self.travel.kind} travel needs {_COORDINATES[wanted]}"
                )
        self._check_reach()
        return self

    def _check_reach(self) -> None:
        depots = [d.place for d in self.depots if isinstance(d.place, GeoPoint)]
        for label, place in self._labelled_places():
            if isinstance(place, GeoPoint):
                complaint = out_of_reach(place, depots)
                if complaint:
                    raise ValueError(f"{label}: {complaint}")

    def _labelled_places(self) -> list[tuple[str, Place]]:
        kinds: tuple[tuple[str, tuple[Depot | DisposalSite | Visit, ...]], ...] = (
            ("depots", self.depots),
            ("disposal_sites", self.disposal_sites),
            ("visits", self.visits),
        )
        fixed = [
            (f"{kind}[{index}] {each.id!r}", each.place)
            for kind, stops in kinds
            for index, each in enumerate(stops)
        ]
        return fixed + [
            (f"trucks[{index}] {truck.id!r}: present", truck.present.place)
            for index, truck in enumerate(self.trucks)
            if truck.present is not None
        ]

    @cached_property
    def day(self) -> ServiceDay:
        return ServiceDay(self.service_date, self.timezone)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """All places in matrix order: depots, disposal sites, visits, present places."""
        return tuple(place for _, place in self._labelled_places())

    @cached_property
    def depot_index(self) -> dict[str, int]:
        """Depot id -> row in matrix order."""
        return {each.id: index for index, each in enumerate(self.depots)}

    @cached_property
    def site_index(self) -> dict[str, int]:
        """Disposal site id -> row in matrix order."""
        first = len(self.depots)
        return {each.id: first + index for index, each in enumerate(self.disposal_sites)}

    @cached_property
    def visit_index(self) -> dict[str, int]:
        """Visit id -> row in matrix order."""
        first = len(self.depots) + len(self.disposal_sites)
        return {each.id: first + index for index, each in enumerate(self.visits)}

    @cached_property
    def present_index(self) -> dict[str, int]:
        """Id of a truck under way -> row of its present place in matrix order."""
        first = len(self.depots) + len(self.disposal_sites) + len(self.visits)
        out = [truck.id for truck in self.trucks if truck.present is not None]
        return {truck_id: first + index for index, truck_id in enumerate(out)}

    def start_row(self, truck: Truck) -> int:
        """Row in matrix order where a truck's route starts."""
        if truck.present is not None:
            return self.present_index[truck.id]
        return self.depot_index[truck.start_depot_id]

    @cached_property
    def truck_by_id(self) -> dict[str, Truck]:
        return {each.id: each for each in self.trucks}

    @cached_property
    def visit_by_id(self) -> dict[str, Visit]:
        return {each.id: each for each in self.visits}

    @cached_property
    def site_by_id(self) -> dict[str, DisposalSite]:
        return {each.id: each for each in self.disposal_sites}

    @cached_property
    def depot_by_id(self) -> dict[str, Depot]:
        return {each.id: each for each in self.depots}


def out_of_reach(place: GeoPoint, depots: list[GeoPoint]) -> str | None:
    """Why a place cannot belong to these depots (too far, perhaps swapped), or None."""
    if not depots or min(_rough_km(place, depot) for depot in depots) <= FARTHEST_KM:
        return None
    text = f"lon {place.lon}, lat {place.lat} is more than {FARTHEST_KM:.0f} km from every depot"
    if abs(place.lon) <= 90:
        swapped = GeoPoint(lon=place.lat, lat=place.lon)
        if min(_rough_km(swapped, depot) for depot in depots) <= FARTHEST_KM:
            text += "; lon and lat seem to be swapped"
    return text


def _rough_km(a: GeoPoint, b: GeoPoint) -> float:
    """Flat-earth distance: good enough to tell a wrong coordinate, and cheap."""
    middle = radians((a.lat + b.lat) / 2)
    lon = (a.lon - b.lon + 180) % 360 - 180
    return 111.2 * hypot(lon * cos(middle), a.lat - b.lat)
