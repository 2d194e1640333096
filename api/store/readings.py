"""Rows of readings that are there, and of emptyings. `arrivals` writes readings."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_

from api.store.documents import load
from api.store.statements import BATCH, add_new, batches
from api.store.tables import emptyings, readings
from optimiser.domain.readings import Emptying, Reading

_READING = [each for each in readings.c if each is not readings.c.fleet_id]
_EMPTYING = [each for each in emptyings.c if each is not emptyings.c.fleet_id]


def add_emptyings(tx: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Add those emptyings that are new; how many they were."""
    return add_new(tx, emptyings, ("bin_id", "time"), rows)


def remove_emptyings(tx: Connection, keys: Collection[tuple[str, datetime]]) -> None:
    """Drop what a driver said and then took back; keys are (bin, time)."""
    columns = emptyings.c
    for part in batches(sorted(keys)):
        told = delete(emptyings).where(columns.source == "driver")
        tx.execute(told.where(tuple_(columns.bin_id, columns.time).in_(part)))


def fetch_readings(
    tx: Connection, bin_id: str, *, since: datetime, until: datetime
) -> tuple[Reading, ...]:
    """A bin's readings of a span of time, oldest first."""
    columns = readings.c
    mine = select(*_READING).where(
        columns.time >= since, columns.time <= until, columns.bin_id == bin_id
    )
    rows = tx.execute(mine.order_by(columns.time)).mappings()
    return load(tuple[Reading, ...], [dict(row) for row in rows])


def heard_anything(tx: Connection) -> bool:
    """Whether there is any reading."""
    return tx.execute(select(readings.c.bin_id).limit(1)).first() is not None


def bins_heard_after(tx: Connection, time: datetime) -> set[str]:
    """Bins with a reading or an emptying later than that."""
    return {
        bin_id
        for table in (readings, emptyings)
        for bin_id in tx.execute(select(table.c.bin_id).where(table.c.time > time)).scalars()
    }


def fetch_emptyings(
    tx: Connection, bin_ids: Sequence[str], *, since: datetime, until: datetime
) -> tuple[Emptying, ...]:
    """These bins' emptyings of a span of time, oldest first."""
    columns = emptyings.c
    span = select(*_EMPTYING).where(columns.time >= since, columns.time <= until)
    if len(bin_ids) <= BATCH:
        span = span.where(columns.bin_id.in_(bin_ids))
    wanted = set(bin_ids)
    rows = tx.execute(span.order_by(columns.time)).mappings()
    return load(tuple[Emptying, ...], [dict(row) for row in rows if row["bin_id"] in wanted])
