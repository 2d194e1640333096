"""A small town for the service that is to be killed: bins, trucks, and a key for each client."""

from dataclasses import dataclass
from datetime import UTC, datetime

from api.store.database import Database
from api.store.schema import migrate
from api.usecases import catalogue
from api.usecases.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS
from api.usecases.keys import create_key
from optimiser.domain.bins import Bin
from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Shift, Truck
from optimiser.domain.places import GeoPoint

N_BINS = 24
TRUCK_IDS = ("truck-1", "truck-2")


@dataclass(frozen=True)
class Keys:
    """Secrets. `drivers` by truck."""

    dispatcher: str
    sensor: str
    drivers: dict[str, str]


def build_town(db: Database) -> Keys:
    """Tables, catalogue and keys in an empty database."""
    migrate(db)
    now = datetime.now(UTC)
    catalogue.put(db, DEPOTS, Depot(id="north", place=GeoPoint(lon=12.55, lat=55.71)), now=now)
    catalogue.put(db, DISPOSAL_SITES, _site(), now=now)
    for truck_id in TRUCK_IDS:
        catalogue.put(db, TRUCKS, _truck(truck_id), now=now)
    for number in range(N_BINS):
        catalogue.put(db, BINS, _bin(number), now=now)
    drivers = {
        each: create_key(db, role="driver", truck_id=each, now=now).secret for each in TRUCK_IDS
    }
    return Keys(
        dispatcher=create_key(db, role="dispatcher", now=now).secret,
        sensor=create_key(db, role="sensor", sensor_prefix="", now=now).secret,
        drivers=drivers,
    )


def _site() -> DisposalSite:
    place = GeoPoint(lon=12.62, lat=55.684)
    return DisposalSite(id="amager", place=place, fractions=frozenset({"residual"}))


def _truck(truck_id: str) -> Truck:
    load = Compartment(fractions=frozenset({"residual"}), capacity_kg=9000)
    return Truck(
        id=truck_id,
        start_depot_id="north",
        end_depot_id="north",
        compartments=(load,),
        shift=Shift(starts="06:00", ends="14:00"),
    )


def _bin(number: int) -> Bin:
    place = GeoPoint(lon=12.54 + 0.004 * (number % 6), lat=55.67 + 0.004 * (number // 6))
    return Bin(
        id=f"bin-{number}",
        place=place,
        fraction="residual",
        volume_l=660,
        sensor_id=f"sensor-{number}",
    )
