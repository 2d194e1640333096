"""Bins, states and days for tests of what bins have to do with each other."""

from datetime import UTC, date, datetime

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.places import GeoPoint
from optimiser.forecast import FillState
from optimiser.selection import Trip

MONDAY = date(2026, 6, 15)
WEEK = [ServiceDay(date(2026, 6, 15 + each), "Europe/Copenhagen") for each in range(8)]
TRUCK = Trip(fractions=frozenset({"paper"}), start_eur=250, km_eur=3, hour_eur=45, stops=50)


def a_bin(bin_id: str, lon: float = 12.57, lat: float = 55.68) -> Bin:
    return Bin(id=bin_id, place=GeoPoint(lon=lon, lat=lat), fraction="paper", volume_l=2500)


def a_state(bin_id: str, level: float, rate: float = 0.1) -> FillState:
    """A level known well at three in the morning of Monday."""
    return FillState(
        bin_id=bin_id,
        at=datetime(2026, 6, 15, 1, tzinfo=UTC),
        level=level,
        level_var=0.0016,
        rate_per_day=rate,
        rate_var=1e-4,
        covariance=0.0,
        deposit_share=0.005,
    )
