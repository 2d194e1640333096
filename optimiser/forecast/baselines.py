"""Simple forecasts to compare with: the last value, alone and with the bin's own mean rate."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying, Quality
from optimiser.forecast.arrays import (
    EmptyingArrays,
    FloatArray,
    IntArray,
    ReadingArrays,
    emptying_arrays,
)
from optimiser.forecast.growth import emptied_before

DAY_S = 86_400
DROP = 0.3
UNUSABLE = (int(Quality.REJECTED), int(Quality.LIKELY_INVALID))


class Rival(Protocol):
    """A forecast of levels had nobody emptied a bin, in hours from `at`, NaN without an answer."""

    name: str

    def levels(
        self,
        readings: ReadingArrays,
        emptyings: Sequence[Emptying],
        bins: Sequence[Bin],
        at: datetime,
        horizons_h: Sequence[int],
    ) -> Mapping[int, FloatArray]: ...


class Persistence:
    """The last reading, for ever."""

    name = "last value"

    def levels(
        self,
        readings: ReadingArrays,
        emptyings: Sequence[Emptying],
        bins: Sequence[Bin],
        at: datetime,
        horizons_h: Sequence[int],
    ) -> Mapping[int, FloatArray]:
        """A bin emptied since its last reading, as its driver said, is empty."""
        rows, told = in_order(readings), emptying_arrays(bins, emptyings, at)
        _, last = _last_known(rows, told, len(bins))
        return dict.fromkeys(horizons_h, last)


class LastValue:
    """The last reading, and from then on the bin's own mean rate of its whole history."""

    name = "last value + own mean rate"

    def levels(
        self,
        readings: ReadingArrays,
        emptyings: Sequence[Emptying],
        bins: Sequence[Bin],
        at: datetime,
        horizons_h: Sequence[int],
    ) -> Mapping[int, FloatArray]:
        """A bin emptied since its last reading, as its driver said, is empty from then on."""
        rows = in_order(readings)
        told = emptying_arrays(bins, emptyings, at)
        emptied = emptied_before(rows.bin_index, rows.time_s, told)
        rate = mean_rates(rows, emptied, len(bins))
        last_s, last = _last_known(rows, told, len(bins))
        age_days = (at.timestamp() - last_s) / DAY_S
        return {each: last + rate * (age_days + each / 24) for each in horizons_h}


def _last_known(
    rows: ReadingArrays, told: EmptyingArrays, bins: int
) -> tuple[FloatArray, FloatArray]:
    """When each bin's level was last known, and that level, NaN without a reading; both (bins,)."""
    last_s, last = np.full(bins, np.nan), np.full(bins, np.nan)
    last_s[rows.bin_index], last[rows.bin_index] = rows.time_s, rows.fill
    later = told.time_s > np.nan_to_num(last_s[told.bin_index])
    last[told.bin_index[later]] = np.where(np.isnan(last[told.bin_index[later]]), np.nan, 0.0)
    last_s[told.bin_index[later]] = told.time_s[later]
    return last_s, last


def in_order(readings: ReadingArrays) -> ReadingArrays:
    """Readings of usable quality by (bin, time)."""
    rows = np.lexsort((readings.time_s, readings.bin_index))
    good = ~np.isin(readings.quality[rows], UNUSABLE)
    return readings.where(rows[good])


def mean_rates(rows: ReadingArrays, emptied: np.ndarray, bins: int) -> FloatArray:
    """Rise per day between readings with no emptying between; NaN without a day of them."""
    days, rise = np.diff(rows.time_s) / DAY_S, np.diff(rows.fill)
    kept = (
        (np.diff(rows.bin_index) == 0) & ~emptied[1:] & (np.abs(rise) < DROP + np.maximum(days, 0))
    )
    of_bin: IntArray = rows.bin_index[1:][kept]
    seen = np.bincount(of_bin, days[kept], minlength=bins)
    risen = np.bincount(of_bin, rise[kept], minlength=bins)
    return np.where(seen >= 1, np.maximum(risen, 0) / np.maximum(seen, 1), np.nan)
