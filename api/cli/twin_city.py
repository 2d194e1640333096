"""The city of a folder, as the digital twin takes it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from api.cli.common import Refused
from api.cli.importing import database_of
from api.config import Settings as ServiceSettings
from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS, fetch_all
from api.store.database import Database
from api.store.history import fetch_arrays
from api.store.readings import fetch_emptyings
from optimiser.forecast.arrays import NO_DEVICE
from optimiser.simulator import City

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def read_city(folder: Path, service: ServiceSettings) -> City:
    """The city of a folder, read as `binrounds import` reads it. Raises Refused, UsecaseError."""
    with database_of(folder, service) as db:
        try:
            return _city(db, service.timezone)
        except ValueError as error:
            raise Refused("not_usable", f"{folder}: {error}") from error


def _city(db: Database, timezone: str) -> City:
    until = datetime.now(UTC)
    with db.read() as tx:
        bins = fetch_all(tx, BINS)
        readings = fetch_arrays(tx, bins, since=_EVER, until=until).arrays
        return City(
            bins=bins,
            depots=fetch_all(tx, DEPOTS),
            disposal_sites=fetch_all(tx, DISPOSAL_SITES),
            trucks=fetch_all(tx, TRUCKS),
            # one sensor a bin, numbered as the bin is, so that the twin's goes on where it was
            readings=replace(
                readings,
                sensor=np.where(readings.sensor == NO_DEVICE, NO_DEVICE, readings.bin_index),
            ),
            emptyings=fetch_emptyings(tx, [each.id for each in bins], since=_EVER, until=until),
            timezone=timezone,
        )
