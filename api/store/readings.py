"""Rows of readings and emptyings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from api.store.documents import load
from api.store.statements import add_new, batches
from api.store.tables import emptyings, readings
from optimiser.domain.readings import Emptying, Reading

_KEY = ("time", "sensor_id", "sequence")


def add(tx: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Add those readings whose key is new; how many they were."""
    # In one order for all writers, so that two batches never wait for each other in a ring.
    ordered = sorted(rows, key=lambda row: tuple(row[name] for name in _KEY))
    return add_new(tx, readings, _KEY, ordered)


def values_of(
    tx: Connection, keys: Sequence[tuple[datetime, str, int]]
) -> dict[tuple[datetime, str, int], tuple[float, int]]:
    """Key -> (fill, quality) of those that are there."""
    columns = readings.c
    found: dict[tuple[datetime, str, int], tuple[float, int]] = {}
    key = tuple_(columns.time, columns.sensor_id, columns.sequence)
    for part in batches(keys):
        for row in tx.execute(select(readings).where(key.in_(part))):
            found[(row.time, row.sensor_id, row.sequence)] = (row.fill, row.quality)
    return found


def add_emptyings(tx: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Add those emptyings that are new; how many they were."""
    return add_new(tx, emptyings, ("bin_id", "time"), rows)


def fetch_readings(
    tx: Connection, *, since: datetime, until: datetime, bin_id: str | None = None
) -> tuple[Reading, ...]:
    """Readings of a span of time, oldest first; of one bin or of all."""
    span = select(readings).where(readings.c.time >= since, readings.c.time <= until)
    return _loaded(tx, _of(span, readings.c.bin_id, bin_id).order_by(readings.c.time))


def fetch_emptyings(
    tx: Connection, *, since: datetime, until: datetime, bin_id: str | None = None
) -> tuple[Emptying, ...]:
    """Emptyings of a span of time, oldest first; of one bin or of all."""
    span = select(emptyings).where(emptyings.c.time >= since, emptyings.c.time <= until)
    rows = tx.execute(_of(span, emptyings.c.bin_id, bin_id).order_by(emptyings.c.time))
    return load(tuple[Emptying, ...], [dict(row) for row in rows.mappings()])


def _of(statement: Select[Any], column: Any, bin_id: str | None) -> Select[Any]:
    return statement if bin_id is None else statement.where(column == bin_id)


def _loaded(tx: Connection, statement: Select[Any]) -> tuple[Reading, ...]:
    return load(tuple[Reading, ...], [dict(row) for row in tx.execute(statement).mappings()])
