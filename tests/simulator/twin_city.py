"""A small city for the twin, with a week of history, and quick settings."""

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from fixtures.city import make_city
from optimiser.domain.fleet import Compartment, Truck
from optimiser.forecast import ReadingArrays
from optimiser.simulator import City, Settings

UNTIL = datetime.fromisoformat("2026-11-24T04:00:00+01:00")
FIRST = date(2026, 11, 24)
QUICK = Settings(first=FIRST, days=3, warm_up=0, seconds=None, rounds=20)


@lru_cache(maxsize=4)
def a_city(bins: int = 25) -> City:
    made = make_city(1, UNTIL, bins=bins, days=8)
    table = made.readings
    return City(
        bins=made.bins,
        depots=made.depots,
        disposal_sites=made.disposal_sites,
        trucks=made.trucks,
        readings=ReadingArrays(
            table.bin_index,
            table.time_s.astype(float),
            table.fill,
            table.quality,
            table.bin_index,
            table.sequence,
        ),
        emptyings=made.emptyings,
    )


def with_holds(truck: Truck, litres: float) -> Truck:
    """The truck with compartments that take up so much."""
    holds = tuple(replace(each, capacity_l=litres) for each in truck.compartments)
    assert all(isinstance(each, Compartment) for each in holds)
    return replace(truck, compartments=holds)
