"""A small real place for tests of the service: a depot, a site, a truck, bins in Copenhagen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from api.store import catalogue
from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS
from api.store.database import Database
from optimiser.domain.bins import Bin
from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Shift, Truck
from optimiser.domain.places import GeoPoint

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday evening."""

DEPOT = Depot(id="north", place=GeoPoint(lon=12.55, lat=55.71))
SITE = DisposalSite(
    id="amager", place=GeoPoint(lon=12.62, lat=55.684), fractions=frozenset({"residual"})
)
TRUCK = Truck(
    id="truck-1",
    start_depot_id="north",
    end_depot_id="north",
    compartments=(
        Compartment(
            fractions=frozenset({"residual"}), capacity_kg=9000, capacity_l=18000, compaction=4
        ),
    ),
    shift=Shift(starts="06:00", ends="14:00"),
)


def a_bin(number: int = 1, **changes: Any) -> Bin:
    """Bins 1, 2, 3 ... lie 100 m apart; bin n has sensor s-n."""
    values: dict[str, Any] = {
        "id": f"bin-{number}",
        "place": GeoPoint(lon=12.56 + number * 0.0016, lat=55.68),
        "fraction": "residual",
        "volume_l": 2000,
        "sensor_id": f"s-{number}",
    }
    return Bin(**(values | changes))


def fill_city(db: Database, *, bins: int = 3, trucks: int = 1) -> None:
    """Put the depot, the site, trucks and bins into the catalogue; the trail has none of it."""
    fleet = [replace(TRUCK, id=f"truck-{number}") for number in range(1, trucks + 1)]
    with db.write() as tx:
        catalogue.insert(tx, DEPOTS, [DEPOT], now=NOW)
        catalogue.insert(tx, DISPOSAL_SITES, [SITE], now=NOW)
        catalogue.insert(tx, TRUCKS, fleet, now=NOW)
        catalogue.insert(tx, BINS, [a_bin(number) for number in range(1, bins + 1)], now=NOW)


def a_reading(number: int = 1, *, hours_ago: float = 1, **changes: Any) -> dict[str, Any]:
    """What the sensor of bin `number` sends."""
    time = NOW - timedelta(hours=hours_ago)
    return {"sensor_id": f"s-{number}", "time": time.isoformat(), "fill": 0.5, **changes}
