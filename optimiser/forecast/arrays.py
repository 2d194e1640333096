"""Readings and emptyings as arrays: one row each, sorted, without repeats and without rubbish."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.bins import Bin
from optimiser.domain.readings import EYES, Emptying, Quality, Reading

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NO_DEVICE = -1
"""The number of the sensor of levels that people saw."""
LONGEST_HISTORY_S = 365 * 86_400
"""What is older says nothing of today's rate, and a clock years off would say it loudly."""
MOST_READINGS = 3000
"""Of one bin the newest so many: hourly for four months. One talkative sensor, whose every
reading is a step for all bins, shall not slow the whole city down."""


@dataclass(frozen=True, slots=True)
class ReadingArrays:
    """Readings of many bins in any order, all arrays of shape (readings,).

    `bin_index` is the row of the bin in the sequence of bins that goes with the arrays (rows
    outside it are left out), `time_s` seconds since 1970 UTC, `fill` 0..1.5, `quality` the
    numbers of `Quality`. `sensor` is any number from 0 that tells sensors apart, or `NO_DEVICE`;
    rows alike in bin, time, sensor and sequence are one reading. Raises ValueError if the shapes
    differ.
    """

    bin_index: IntArray
    time_s: FloatArray
    fill: FloatArray
    quality: IntArray
    sensor: IntArray
    sequence: IntArray

    def __post_init__(self) -> None:
        shapes = {name: getattr(self, name).shape for name in self.__slots__}
        if len(set(shapes.values())) > 1 or len(self.time_s.shape) != 1:
            raise ValueError(f"readings need arrays of one shape (readings,), not {shapes}")

    def where(self, rows: BoolArray | IntArray) -> Self:
        return type(self)(*(getattr(self, name)[rows] for name in self.__slots__))


def reading_arrays(bins: Sequence[Bin], readings: Sequence[Reading]) -> ReadingArrays:
    """Arrays of readings; those of bins that are not in `bins` are left out."""
    row = row_by_id(bins)
    known = [each for each in readings if each.bin_id in row]
    names = numbered(each.sensor_id for each in known)
    return ReadingArrays(
        bin_index=np.array([row[each.bin_id] for each in known], dtype=np.int64),
        time_s=np.array([each.time.timestamp() for each in known], dtype=np.float64),
        fill=np.array([each.fill for each in known], dtype=np.float64),
        quality=np.array([each.quality for each in known], dtype=np.int64),
        sensor=np.array([names[each.sensor_id] for each in known], dtype=np.int64),
        sequence=np.array([each.sequence for each in known], dtype=np.int64),
    )


def joined(*parts: ReadingArrays) -> ReadingArrays:
    """The readings of some arrays, at least one."""
    names = ReadingArrays.__slots__
    return ReadingArrays(
        *(np.concatenate([getattr(each, name) for each in parts]) for name in names)
    )


def numbered(sensor_ids: Iterable[str]) -> dict[str, int]:
    """Numbers of sensors by name, so that they do not depend on the order of readings."""
    names = sorted(set(sensor_ids) - {EYES})
    return {name: index for index, name in enumerate(names)} | {EYES: NO_DEVICE}


def usable(readings: ReadingArrays, bins: int, until: datetime) -> ReadingArrays:
    """The readings that may be believed, by (bin, time, sensor, sequence), each once.

    Left out: those after `until` or over a year before it, those of no bin or of quality
    rejected, those whose fill is no number from 0 to 1.5, and what a
    talkative sensor sent before its newest `MOST_READINGS`.
    """
    now_s = until.timestamp()
    good = (readings.time_s <= now_s) & (readings.time_s > now_s - LONGEST_HISTORY_S)
    good &= (readings.bin_index >= 0) & (readings.bin_index < bins)
    good &= (readings.fill >= 0) & (readings.fill <= 1.5)
    good &= readings.quality != int(Quality.REJECTED)
    kept = readings if good.all() else readings.where(good)
    return _newest(sorted_once(kept))


def _in_order(readings: ReadingArrays) -> bool:
    """Whether rows are by bin and then strictly by time: nothing to sort, nothing repeated."""
    bin_step = np.diff(readings.bin_index)
    return bool(((bin_step > 0) | ((bin_step == 0) & (np.diff(readings.time_s) > 0))).all())


def sorted_once(readings: ReadingArrays) -> ReadingArrays:
    """By (bin, time, sensor, sequence), each once: of repeats that contradict each other, the
    first by quality and fill.
    """
    if _in_order(readings):
        return readings
    keys = (readings.sequence, readings.sensor, readings.time_s, readings.bin_index)
    order = np.lexsort((readings.fill, readings.quality, *keys))
    rows = readings.where(order)
    changed = np.ones(len(order), dtype=bool)
    changed[1:] = False
    for column in (rows.sequence, rows.sensor, rows.time_s, rows.bin_index):
        changed[1:] |= column[1:] != column[:-1]
    return rows.where(changed)


def _newest(readings: ReadingArrays) -> ReadingArrays:
    counts = np.bincount(readings.bin_index)
    if counts.max(initial=0) <= MOST_READINGS:
        return readings
    ends = np.cumsum(counts)[readings.bin_index]
    return readings.where(ends - np.arange(len(ends)) <= MOST_READINGS)


def firsts(bin_index: IntArray) -> BoolArray:
    """Whether a row is its bin's first, for rows sorted by bin."""
    first = np.ones(len(bin_index), dtype=bool)
    first[1:] = bin_index[1:] != bin_index[:-1]
    return first


@dataclass(frozen=True, slots=True)
class EmptyingArrays:
    """Emptyings told by drivers, by (bin, time); arrays of shape (emptyings,)."""

    bin_index: IntArray
    time_s: FloatArray


def emptying_arrays(
    bins: Sequence[Bin] | Mapping[str, int], emptyings: Sequence[Emptying], until: datetime
) -> EmptyingArrays:
    """What drivers said up to `until`, each once; `bins` may be their rows by id.

    An emptying whose source is the readings is left out: it is found in them again, or, with
    more readings, no longer.
    """
    if not emptyings:
        return EmptyingArrays(np.zeros(0, dtype=np.int64), np.zeros(0))
    row = bins if isinstance(bins, Mapping) else row_by_id(bins)
    now_s = until.timestamp()
    told = sorted(
        {
            (row[each.bin_id], each.time.timestamp())
            for each in emptyings
            if each.source == "driver" and each.bin_id in row
        }
    )
    recent = [each for each in told if now_s - LONGEST_HISTORY_S < each[1] <= now_s]
    return EmptyingArrays(
        bin_index=np.array([index for index, _ in recent], dtype=np.int64),
        time_s=np.array([time_s for _, time_s in recent], dtype=np.float64),
    )


def row_by_id(bins: Sequence[Bin]) -> dict[str, int]:
    """Each bin's row by its id."""
    return {each.id: index for index, each in enumerate(bins)}
