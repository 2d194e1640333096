"""Writes readings that arrive: thousands a second, so with as little around the database's own
work as can be.

The statements are the drivers' own. SQLAlchemy's way for many rows makes an object of each row and,
on PostgreSQL, sends each by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.store.scope import fleet_of

Key = tuple[datetime, str, int]
"""Time, sensor and sequence."""
Level = tuple[float, int]
"""Fill and quality."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Arrival(NamedTuple):
    """The values of a row."""

    time: datetime
    sensor_id: str
    sequence: int
    bin_id: str
    fill: float
    quality: int


def add(tx: Connection, rows: Sequence[Arrival]) -> dict[Key, Level]:
    """Add those readings whose key is new; of the others what is there already.

    No two rows have the same key. Two transactions that add the same one wait for each other: the
    second one finds it there.
    """
    if not rows:
        return {}
    # In one order for all writers, so that two batches never wait for each other in a ring.
    ordered = sorted(rows)
    return (_add_sqlite if tx.dialect.name == "sqlite" else _add_postgresql)(tx, ordered)


_INSERT_SQLITE = """
INSERT INTO readings (fleet_id, time, sensor_id, sequence, bin_id, fill, quality)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_SELECT_SQLITE = """
SELECT fill, quality FROM readings
WHERE fleet_id = ? AND time = ? AND sensor_id = ? AND sequence = ?"""


def _add_sqlite(tx: Connection, rows: Sequence[Arrival]) -> dict[Key, Level]:
    """One statement a row: SQLite runs in this process, and says after each if it was new."""
    fleet_id = fleet_of(tx)
    cursor: Any = tx.connection.cursor()
    known: dict[Key, Level] = {}
    for row in rows:
        instant = (row[0] - _EPOCH) // _MICROSECOND
        if cursor.execute(_INSERT_SQLITE, (fleet_id, instant, *row[1:])).rowcount == 0:
            key = (fleet_id, instant, *row[1:3])
            known[row[:3]] = cursor.execute(_SELECT_SQLITE, key).fetchone()
    cursor.close()
    return known


_INSERT_POSTGRESQL = """
WITH given AS (
  SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::bigint[], %s::text[], %s::float8[],
                       %s::smallint[])
    WITH ORDINALITY AS g (time, sensor_id, sequence, bin_id, fill, quality, place)
), new AS (
  INSERT INTO readings (fleet_id, time, sensor_id, sequence, bin_id, fill, quality)
  SELECT %s, time, sensor_id, sequence, bin_id, fill, quality FROM given ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING time, sensor_id, sequence
)
SELECT place FROM given LEFT JOIN new USING (time, sensor_id, sequence) WHERE new.time IS NULL"""
_SELECT_POSTGRESQL = """
SELECT g.place, readings.fill, readings.quality
FROM unnest(%s::timestamptz[], %s::text[], %s::bigint[])
    WITH ORDINALITY AS g (time, sensor_id, sequence, place)
  JOIN readings USING (time, sensor_id, sequence)
WHERE readings.fleet_id = %s"""


def _add_postgresql(tx: Connection, rows: Sequence[Arrival]) -> dict[Key, Level]:
    """All rows in one statement, which says which of them were there already."""
    fleet_id = fleet_of(tx)
    added = tx.exec_driver_sql(_INSERT_POSTGRESQL, (*_arrays(rows), fleet_id))
    old = [rows[place - 1] for (place,) in added]
    if not old:
        return {}
    known = {row[:3]: (row.fill, row.quality) for row in old}  # should they be pruned just now
    # A statement of its own: what another transaction wrote meanwhile is visible only to this one.
    kept = tx.exec_driver_sql(_SELECT_POSTGRESQL, (*_arrays(old)[:3], fleet_id))
    for place, fill, quality in kept:
        known[old[place - 1][:3]] = (fill, quality)
    return known


def _arrays(rows: Sequence[Arrival]) -> tuple[str, ...]:
    """Columns as PostgreSQL spells arrays: the driver would look at each value by itself."""
    times, sensors, sequences, bins, fills, qualities = zip(*rows, strict=True)
    return (
        _array(map(str, times)),
        _array(sensors),
        _array(map(str, sequences)),
        _array(bins),
        _array(map(repr, fills)),
        _array(map(str, qualities)),
    )


def _array(values: Iterable[str]) -> str:
    """Quoted, so that an id `NULL` is a text; none of them holds a quote or a backslash."""
    return '{"' + '","'.join(values) + '"}'
