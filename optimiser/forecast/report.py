"""What the filter believes, told bin by bin as fill states."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Quality
from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.belief import Belief
from optimiser.forecast.judge import STUCK, TILTED
from optimiser.forecast.pools import Pool
from optimiser.forecast.sensing import Sensing
from optimiser.forecast.state import FillState, Reliability, SensorState
from optimiser.forecast.told import Told

HIGH_SD, MEDIUM_SD = 0.08, 0.15
"""Standard deviation of the level up to which a forecast is of high or medium reliability."""
FRESH_S = 36 * 3600
"""If the last believed reading is older than this, no forecast is of high reliability."""
SILENT_S, GAPS = 36 * 3600, 2.6
"""A sensor is silent if not heard for so long and so many of its usual gaps: one lost uplink
of a sensor that reads once a day is no silence, nor is a night of losses."""


def as_states(
    bins: Sequence[Bin],
    pools: Sequence[Pool],
    belief: Belief,
    sensing: Sensing,
    *,
    last: Told,
    until: datetime,
    timezone: str,
) -> tuple[FillState, ...]:
    """Fill states in the order of the bins, whose beliefs are those at `until`."""
    columns = _columns(belief, sensing, last, until.timestamp())
    rows = zip(bins, pools, *columns.values(), strict=True)
    return tuple(
        FillState(
            bin_id=each.id,
            at=until,
            timezone=timezone,
            weekday_weights=pool.weekday_weights,
            hour_weights=pool.hour_weights,
            holiday_weight=pool.holiday_weight,
            summer=pool.summer,
            **dict(zip(columns, values, strict=True)),
        )
        for each, pool, *values in rows
    )


def _columns(
    belief: Belief, sensing: Sensing, last: Told, now_s: float
) -> dict[str, Sequence[Any]]:
    """Fields of fill states by name, each with a value a bin."""
    sensor, device = sensing.where(last.sensor_row), sensing.where(last.device_row)
    # what a faulty sensor says is no second opinion
    level_var = np.where(device.faulty > 0, belief.main.level_var, belief.level_var)
    sensors = _sensors(device, last.device_row, now_s)
    reliability = _reliability(np.sqrt(level_var), now_s - belief.heard_s, sensors)
    heard = last.sensor_row >= 0
    return {
        "level": belief.main.level.tolist(),
        "level_var": level_var.tolist(),
        "rate_per_day": belief.main.rate.tolist(),
        "rate_var": belief.main.rate_var.tolist(),
        "covariance": belief.main.covariance.tolist(),
        "deposit_share": belief.deposit_share.tolist(),
        "readings": belief.readings.tolist(),
        "last_reading": _known(sensor.fill, heard),
        "last_reading_at": _instants(sensor.time_s, heard),
        "last_quality": np.where(heard, last.quality, Quality.UNCHECKED).tolist(),
        "last_emptied_at": _instants(belief.emptied_s, ~np.isnan(belief.emptied_s)),
        "sensor": sensors,
        "reliability": reliability,
    }


def _known(values: FloatArray, known: BoolArray) -> list[float | None]:
    return [value if there else None for value, there in zip(values.tolist(), known, strict=True)]


def _instants(time_s: FloatArray, known: BoolArray) -> list[datetime | None]:
    return [
        None if second is None else datetime.fromtimestamp(second, UTC)
        for second in _known(time_s, known)
    ]


def _sensors(sensor: Sensing, row: IntArray, now_s: float) -> list[SensorState]:
    silent = now_s - sensor.time_s > np.maximum(SILENT_S, GAPS * sensor.gap_s)
    names: list[SensorState] = []
    columns = zip((row >= 0).tolist(), silent.tolist(), sensor.faulty.tolist(), strict=True)
    for heard, is_silent, faulty in columns:
        fault: SensorState = {STUCK: "stuck", TILTED: "tilted"}.get(faulty, "ok")  # type: ignore[assignment]
        names.append("none" if not heard else "silent" if is_silent else fault)
    return names


def _reliability(
    level_sd: FloatArray, age_s: FloatArray, sensors: Sequence[SensorState]
) -> list[Reliability]:
    fine = np.array([each == "ok" for each in sensors], dtype=bool)
    high = (level_sd <= HIGH_SD) & (age_s <= FRESH_S) & fine
    found = np.where(high, "high", np.where(level_sd <= MEDIUM_SD, "medium", "low"))
    return [str(each) for each in found.tolist()]  # type: ignore[misc]  # these three only
