"""What the filter believes, told bin by bin as fill states."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isnan

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray
from optimiser.forecast.history import History
from optimiser.forecast.kalman import Belief
from optimiser.forecast.pools import Pool
from optimiser.forecast.state import FillState, Reliability, SensorState
from optimiser.forecast.timeline import last_rows

HIGH_SD, MEDIUM_SD = 0.08, 0.15
"""Standard deviation of the level up to which a forecast is of high or medium reliability."""
FRESH_S = 36 * 3600
"""If the last believed reading is older than this, no forecast is of high reliability."""
SILENT_S = 48 * 3600
"""A sensor not heard for this long is silent; a few lost uplinks make no such gap."""


def as_states(
    past: History,
    pools: Sequence[Pool],
    belief: Belief,
    deposit_share: FloatArray,
    repeating: BoolArray,
) -> tuple[FillState, ...]:
    """Fill states in the order of the bins; `repeating` marks a stuck sensor's readings."""
    level_sd = np.sqrt(belief.level_var)
    now_s = past.until.timestamp()
    heard = _last_heard(past, repeating)
    believed_age_s = now_s - belief.heard_s
    used = np.bincount(past.readings.bin_index[~repeating], minlength=len(past.bins))
    columns = zip(
        past.bins,
        pools,
        belief.level.tolist(),
        belief.level_var.tolist(),
        belief.rate.tolist(),
        belief.rate_var.tolist(),
        belief.covariance.tolist(),
        deposit_share.tolist(),
        used.tolist(),
        heard,
        belief.emptied_s.tolist(),
        level_sd.tolist(),
        believed_age_s.tolist(),
        strict=True,
    )
    return tuple(
        FillState(
            bin_id=each.id,
            at=past.until,
            level=level,
            level_var=level_var,
            rate_per_day=rate,
            rate_var=rate_var,
            covariance=covariance,
            deposit_share=share,
            weekday_weights=pool.weekday_weights,
            timezone=past.zone.key,
            readings=readings,
            last_reading=None if last is None else last[1],
            last_reading_at=None if last is None else _instant(last[0]),
            last_emptied_at=None if isnan(emptied_s) else _instant(emptied_s),
            sensor=_sensor(last, now_s),
            reliability=_reliability(sd, age_s),
        )
        for (
            each, pool, level, level_var, rate, rate_var, covariance, share, readings,
            last, emptied_s, sd, age_s,
        ) in columns
    )  # fmt: skip


Heard = tuple[float, float, bool]
"""Time in seconds since 1970, fill, and whether the sensor was stuck by then."""


def _last_heard(past: History, repeating: BoolArray) -> list[Heard | None]:
    """The last usable reading of each bin."""
    rows = last_rows(past.readings.bin_index)
    heard: list[Heard | None] = [None] * len(past.bins)
    columns = (past.readings.bin_index, past.readings.time_s, past.readings.fill, repeating)
    for index, time_s, fill, stuck in zip(*(each[rows].tolist() for each in columns), strict=True):
        heard[index] = (time_s, fill, stuck)
    return heard


def _sensor(last: Heard | None, now_s: float) -> SensorState:
    if last is None:
        return "none"
    if now_s - last[0] > SILENT_S:
        return "silent"
    return "stuck" if last[2] else "ok"


def _reliability(level_sd: float, believed_age_s: float) -> Reliability:
    if level_sd <= HIGH_SD and believed_age_s <= FRESH_S:
        return "high"
    return "medium" if level_sd <= MEDIUM_SD else "low"


def _instant(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)
