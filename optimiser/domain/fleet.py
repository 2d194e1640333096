"""Trucks, depots and disposal sites."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from optimiser.domain.base import (
    CONFIG,
    Euros,
    Id,
    Kilograms,
    Litres,
    Metres,
    Name,
    Seconds,
    Slug,
    repeated,
)
from optimiser.domain.calendar import WEEKDAYS, Clock, Hours, Weekday, clock_seconds
from optimiser.domain.places import Place
from optimiser.domain.solution import Action


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Depot:
    """Where trucks start and end. `hours` bound leaving and coming home."""

    id: Id
    place: Place
    name: Name = ""
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class DisposalSite:
    """Where trucks unload. `hours` bound the start of unloading, which takes `unload_s`.

    Unloading empties every compartment all of whose fractions the site takes.
    Default of 20 minutes: a plant with weighbridge takes 15-25.
    """

    id: Id
    place: Place
    name: Name = ""
    fractions: Annotated[frozenset[Slug], Field(min_length=1)]
    hours: tuple[Hours, ...] = ()
    unload_s: Seconds = 1200


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Compartment:
    """One hold of a truck. What it takes is mixed, so fractions that must stay apart
    need compartments of their own. A capacity of None is no limit.

    `compaction` is loose litres per litre taken up: 3-5 for residual waste, 1 for glass.
    """

    fractions: Annotated[frozenset[Slug], Field(min_length=1)]
    capacity_kg: Kilograms | None = None
    capacity_l: Litres | None = None
    compaction: Annotated[float, Field(ge=1, le=20)] = 1.0


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Shift:
    """When a truck may be out. It may return up to `overtime_s` after `ends`, at overtime pay."""

    starts: Clock
    ends: Clock
    overtime_s: Seconds = 0
    days: frozenset[Weekday] = frozenset(WEEKDAYS)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if clock_seconds(self.ends) <= clock_seconds(self.starts):
            raise ValueError(
                f"shift ends {self.ends}, not after it starts {self.starts}; "
                "a shift over midnight counts on past 24:00, as in 22:00 to 30:00"
            )
        return self


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class BreakRule:
    """A break of `duration_s` that starts between two clock times.

    It lies before or after a leg, never within a leg or a service. A truck that is
    home by `earliest`, or leaves at `latest` or later, needs none.
    """

    duration_s: Seconds
    earliest: Clock
    latest: Clock

    @model_validator(mode="after")
    def _latest_not_before_earliest(self) -> Self:
        if clock_seconds(self.latest) < clock_seconds(self.earliest):
            raise ValueError(f"latest {self.latest} is before earliest {self.earliest}")
        return self


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class DrivingRule:
    """No more than `most_s` of driving without a rest of `rest_s`.

    A rest lies before or after a leg, never within a leg or a service; a break under a
    `BreakRule` that is at least as long is one too. Waiting and working are no rests. Defaults are
    those of Regulation (EC) 561/2006, article 7.
    """

    most_s: Annotated[int, Field(gt=0, le=7 * 86_400)] = 16_200
    rest_s: Seconds = 2700


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class OnBoard:
    """What a compartment holds now: mass, and the volume taken up after compaction."""

    mass_kg: Kilograms = 0.0
    volume_l: Litres = 0.0


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Present:
    """Where a truck that is under way is free to go on: place, time, load of each compartment.

    `driven_s` is what it has driven since its last rest. Its route starts here and now, and is in
    every plan, if only to bring it home. Its fixed cost is spent; costs, paid time and limits
    count from here, so give the limits that are left of the day, and no break rule if the
    break has been taken.
    """

    place: Place
    at: Clock
    load: Annotated[tuple[OnBoard, ...], Field(min_length=1, max_length=8)]
    driven_s: Seconds = 0


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class DailyLimits:
    """The most that a truck may do in a day; None is no limit. Volumes are as loaded (loose)."""

    stops: Annotated[int, Field(ge=0, le=100_000)] | None = None
    distance_m: Metres | None = None
    duration_s: Seconds | None = None
    driving_s: Seconds | None = None
    mass_kg: Kilograms | None = None
    volume_l: Litres | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Energy:
    """What a truck burns or draws: litres for diesel and HVO, kWh for electric.

    Per km it grows linearly from empty to full, by mass on board over capacity.
    Defaults are those of a diesel rear loader: 40 l/100 km empty, +22 % full,
    4 l/h standing, 0.05 l a lift; B7 diesel 3.20 kg CO2e/l well to wheel
    (UK government conversion factors 2025).
    """

    kind: Literal["diesel", "hvo", "electric"] = "diesel"
    per_km_empty: Annotated[float, Field(ge=0, le=100)] = 0.40
    per_km_full: Annotated[float, Field(ge=0, le=100)] = 0.49
    per_standing_h: Annotated[float, Field(ge=0, le=1000)] = 4.0
    per_lift: Annotated[float, Field(ge=0, le=100)] = 0.05
    co2e_g_per_unit: Annotated[float, Field(ge=0, le=1e5)] = 3200.0
    range_m: Annotated[int, Field(gt=0, le=50_000_000)] | None = None

    @model_validator(mode="after")
    def _full_not_below_empty(self) -> Self:
        if self.per_km_full < self.per_km_empty:
            raise ValueError(
                f"per_km_full {self.per_km_full} is below per_km_empty {self.per_km_empty}"
            )
        return self


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Truck:
    """A truck with its driver for one shift. It must come home empty, and starts empty at its
    depot unless it is under way (`present`).

    `first` is what it does first, in this order: stops that are done or promised.

    Costs: a fixed sum if it leaves the depot, per km, and per paid hour from leaving
    to coming home (breaks paid); the time after the shift's end costs `cost_per_overtime_hour_eur`
    instead of `cost_per_hour_eur`.
    """

    id: Id
    name: Name = ""
    start_depot_id: Id
    end_depot_id: Id
    compartments: Annotated[tuple[Compartment, ...], Field(min_length=1, max_length=8)]
    shift: Shift
    break_rule: BreakRule | None = None
    driving_rule: DrivingRule | None = None
    present: Present | None = None
    first: tuple[Action, ...] = ()
    abilities: frozenset[Slug] = frozenset()
    limits: DailyLimits = DailyLimits()
    energy: Energy = Energy()
    cost_fixed_eur: Euros = 150.0
    cost_per_km_eur: Euros = 1.2
    cost_per_hour_eur: Euros = 45.0
    cost_per_overtime_hour_eur: Euros = 70.0

    @model_validator(mode="after")
    def _one_compartment_a_fraction(self) -> Self:
        twice = repeated(f for each in self.compartments for f in sorted(each.fractions))
        if twice is not None:
            raise ValueError(f"fraction {twice!r} is in two compartments; give it to one")
        return self

    @model_validator(mode="after")
    def _load_of_each_compartment(self) -> Self:
        if self.present is not None and len(self.present.load) != len(self.compartments):
            raise ValueError(
                f"present.load has {len(self.present.load)} entries for "
                f"{len(self.compartments)} compartments"
            )
        return self

    def compartment_of(self, fraction: str) -> int | None:
        """Index of the compartment that takes a fraction, or None."""
        for index, compartment in enumerate(self.compartments):
            if fraction in compartment.fractions:
                return index
        return None
