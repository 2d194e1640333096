"""A span of readings as arrays: no object a reading, as there are millions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Connection, Float, cast, extract, select, type_coerce

from api.store.tables import readings
from optimiser.domain.bins import Bin
from optimiser.forecast import ReadingArrays

_FEW = 100
"""Up to so many bins are named in the query; more are picked out of all."""


def fetch_arrays(
    tx: Connection, bins: Sequence[Bin], *, since: datetime, until: datetime
) -> ReadingArrays:
    """Readings of these bins; `bin_index` is the row of a bin in `bins`."""
    columns = readings.c
    wanted = (columns.bin_id, columns.sensor_id, columns.fill, columns.quality, columns.sequence)
    statement = select(*wanted, _epoch_s(tx).label("time_s")).where(
        columns.time >= since, columns.time <= until
    )
    if len(bins) <= _FEW:
        statement = statement.where(columns.bin_id.in_([each.id for each in bins]))
    row_of = {each.id: index for index, each in enumerate(bins)}
    rows = [row for row in tx.execute(statement).all() if row.bin_id in row_of]
    sensors = sorted({row.sensor_id for row in rows})
    number_of = {sensor: index for index, sensor in enumerate(sensors)}
    return ReadingArrays(
        bin_index=np.array([row_of[row.bin_id] for row in rows], dtype=np.int64),
        time_s=np.array([row.time_s for row in rows], dtype=np.float64),
        fill=np.array([row.fill for row in rows], dtype=np.float64),
        quality=np.array([row.quality for row in rows], dtype=np.int64),
        sensor=np.array([number_of[row.sensor_id] for row in rows], dtype=np.int64),
        sequence=np.array([row.sequence for row in rows], dtype=np.int64),
    )


def _epoch_s(tx: Connection) -> Any:
    """The reading's time as seconds since 1970."""
    if tx.dialect.name == "sqlite":
        return type_coerce(readings.c.time, BigInteger) / 1e6
    return cast(extract("epoch", readings.c.time), Float)
