"""A span of readings as arrays: no object a reading, as there are millions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Connection, Float, cast, extract, select, type_coerce

from api.store.tables import readings
from optimiser.domain.bins import Bin
from optimiser.domain.readings import EYES
from optimiser.forecast import NamedReadings, ReadingArrays
from optimiser.forecast.arrays import joined, numbered

_FEW = 100
"""Up to so many bins are named in the query; more are picked out of all."""
_AT_A_TIME = 50_000


def fetch_arrays(
    tx: Connection, bins: Sequence[Bin], *, since: datetime, until: datetime
) -> NamedReadings:
    """Readings of these bins, both ends of the span included; `bin_index` is the row of a bin in
    `bins`.
    """
    columns = readings.c
    wanted = (columns.bin_id, columns.sensor_id, columns.fill, columns.quality, columns.sequence)
    statement = select(*wanted, _epoch_s(tx).label("time_s")).where(
        columns.time >= since, columns.time <= until
    )
    if len(bins) <= _FEW:
        statement = statement.where(columns.bin_id.in_([each.id for each in bins]))
    row_of = {each.id: index for index, each in enumerate(bins)}
    came: dict[str, int] = {}
    # some at a time: a row of the database takes ten times the room of its numbers
    found = tx.execute(statement, execution_options={"yield_per": _AT_A_TIME})
    parts = [_arrays(rows, row_of, came) for rows in found.partitions()]
    told = joined(*parts) if parts else _arrays((), row_of, came)
    number = numbered(came)
    by_name = np.array([number[name] for name in came], dtype=np.int64)
    names = sorted(set(came) - {EYES}, key=number.__getitem__)
    return NamedReadings(replace(told, sensor=by_name[told.sensor]), names)


def _arrays(rows: Sequence[Any], row_of: Mapping[str, int], came: dict[str, int]) -> ReadingArrays:
    """Sensors are numbered as they come: `came` holds the numbers."""
    known = [each for each in rows if each.bin_id in row_of]
    return ReadingArrays(
        bin_index=np.array([row_of[each.bin_id] for each in known], dtype=np.int64),
        time_s=np.array([each.time_s for each in known], dtype=np.float64),
        fill=np.array([each.fill for each in known], dtype=np.float64),
        quality=np.array([each.quality for each in known], dtype=np.int64),
        sensor=np.array(
            [came.setdefault(each.sensor_id, len(came)) for each in known], dtype=np.int64
        ),
        sequence=np.array([each.sequence for each in known], dtype=np.int64),
    )


def _epoch_s(tx: Connection) -> Any:
    """The reading's time as seconds since 1970."""
    if tx.dialect.name == "sqlite":
        return type_coerce(readings.c.time, BigInteger) / 1e6
    return cast(extract("epoch", readings.c.time), Float)
