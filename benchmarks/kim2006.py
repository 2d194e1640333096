"""Waste collection with time windows: real operations of Kim, Kim and Sahoo (2006).

"Waste collection vehicle routing problem with time windows", Computers & Operations Research
33(12). Reads the instance files and states them as problems; a cubic yard is 1000 l here and
a mile 1609.344 m, so that nothing is lost.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import (
    BreakRule,
    Compartment,
    DailyLimits,
    Depot,
    DisposalSite,
    Energy,
    Shift,
    Truck,
)
from optimiser.domain.places import PlanarPoint
from optimiser.domain.problem import Problem, Rates, Visit
from optimiser.domain.travel import Planar

FOOT_M = 0.3048
MILE_FT = 5280
LITRES_A_YARD = 1000
LUNCH = ("11:00", "12:00")


@dataclass(frozen=True)
class Row:
    """A line of the file. Times are seconds since midnight; `kind` 0 depot, 1 stop, 2 landfill."""

    id: str
    x_ft: float
    y_ft: float
    earliest_s: int
    latest_s: int
    service_s: int
    load_yards: float
    kind: int


@dataclass(frozen=True)
class Instance:
    """An instance as its file says it."""

    name: str
    capacity_yards: float
    daily_yards: float
    daily_stops: int
    lunch_s: int
    speed_mph: float
    depot: Row
    landfills: tuple[Row, ...]
    stops: tuple[Row, ...]


def read_instance(path: Path) -> Instance:
    """Read a file of the set. Raises ValueError for a line that is none."""
    lines = path.read_text().splitlines()
    capacity, daily, most_stops, lunch_s, mph = (float(line.split()[0]) for line in lines[:5])
    rows = [_row(line.split()) for line in lines[6:] if line.strip()]
    (depot,) = (row for row in rows if row.kind == 0)
    return Instance(
        path.stem, capacity, daily, int(most_stops), int(lunch_s), mph, depot,
        tuple(row for row in rows if row.kind == 2), tuple(row for row in rows if row.kind == 1),
    )  # fmt: skip


def _row(cells: list[str]) -> Row:
    return Row(
        cells[0], float(cells[1]), float(cells[2]), _seconds(cells[3]), _seconds(cells[4]),
        int(float(cells[5])), float(cells[6]), int(cells[7]),
    )  # fmt: skip


def _seconds(clock: str) -> int:
    """HHMM without leading zeros: 400 is 04:00, and 1675 is 75 minutes past 16, 17:15."""
    hours, minutes = divmod(int(clock), 100)
    return hours * 3600 + minutes * 60


TRUCKS_FIRST_EUR = 100_000.0
"""Price of a truck with which fewer trucks count more than all miles."""


def to_problem(instance: Instance, trucks: int, truck_eur: float = TRUCKS_FIRST_EUR) -> Problem:
    """The instance for so many equal trucks: trucks first, then miles; only miles at price 0."""
    return Problem(
        service_date=date(2006, 6, 1),
        timezone="UTC",
        depots=(Depot(id="depot", place=_place(instance.depot), hours=_hours(instance.depot)),),
        disposal_sites=tuple(
            DisposalSite(
                id=row.id,
                place=_place(row),
                fractions=frozenset({"residual"}),
                hours=_hours(row),
                unload_s=row.service_s,
            )
            for row in instance.landfills
        ),
        trucks=tuple(_truck(instance, number, truck_eur) for number in range(trucks)),
        visits=tuple(
            Visit(
                id=row.id,
                place=_place(row),
                fraction="residual",
                volume_l=row.load_yards * LITRES_A_YARD,
                mass_kg=0.0,
                service_s=row.service_s,
                hours=_hours(row),
            )
            for row in instance.stops
        ),
        travel=Planar(kind="manhattan", speed_kmh=instance.speed_mph * MILE_FT * FOOT_M / 1000),
        rates=Rates(carbon_eur_per_t=0.0),
    )


def truck_id(number: int) -> str:
    """Name of a truck, counted from 0."""
    return f"truck-{number + 1}"


def _truck(instance: Instance, number: int, truck_eur: float) -> Truck:
    """A truck: its price a day, and 1 euro a kilometre."""
    hold = Compartment(
        fractions=frozenset({"residual"}), capacity_l=instance.capacity_yards * LITRES_A_YARD
    )
    return Truck(
        id=truck_id(number),
        start_depot_id="depot",
        end_depot_id="depot",
        compartments=(hold,),
        shift=Shift(starts="00:00", ends="24:00"),
        break_rule=BreakRule(duration_s=instance.lunch_s, earliest=LUNCH[0], latest=LUNCH[1]),
        limits=DailyLimits(
            stops=instance.daily_stops, volume_l=instance.daily_yards * LITRES_A_YARD
        ),
        energy=Energy(per_km_empty=0, per_km_full=0, per_standing_h=0, per_lift=0),
        cost_fixed_eur=truck_eur,
        cost_per_km_eur=1.0,
        cost_per_hour_eur=0.0,
        cost_per_overtime_hour_eur=0.0,
    )


def _place(row: Row) -> PlanarPoint:
    return PlanarPoint(x_m=row.x_ft * FOOT_M, y_m=row.y_ft * FOOT_M)


def _hours(row: Row) -> tuple[Hours, ...]:
    """Always open from 0000 to 2400, else one window."""
    if row.earliest_s == 0 and row.latest_s >= 86_400:
        return ()
    return (Hours(opens=_clock(row.earliest_s), closes=_clock(row.latest_s)),)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
