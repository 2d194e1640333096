"""How levels grew from reading to reading: the raw material of pools.

A rough first look without a filter, which needs to know a bin's kind before it can start.
"""

from dataclasses import dataclass

import numpy as np

from optimiser.forecast.arrays import BoolArray, EmptyingArrays, FloatArray, IntArray, firsts

DROP = 0.3
"""A fall by more than this between readings is an emptying or an error, never noise."""
_LEAST_RATE, _MOST_RATE = 0.005, 2.0


@dataclass(frozen=True, slots=True)
class Growth:
    """Pairs of successive readings of one bin with no emptying between, shape (pairs,).

    `since` and `until` are day numbers, `rise` the fill gained. `noise` (bins,) is the
    standard deviation of a reading, `spans` (bins,) in how many unbroken spans the bin's
    pairs lie: noise counts twice a span, for pairs within one share their readings.
    """

    bin_index: IntArray
    since: FloatArray
    until: FloatArray
    rise: FloatArray
    noise: FloatArray
    spans: FloatArray


def growth(
    bin_index: IntArray,
    number: FloatArray,
    fill: FloatArray,
    emptied: BoolArray,
    noise: FloatArray,
) -> Growth:
    """Pairs from sorted readings without spikes; `emptied` (readings,): since the one before."""
    days, rise = np.diff(number), np.diff(fill)
    same = ~firsts(bin_index)[1:] & ~emptied[1:]
    clean = same & (rise > -DROP) & (rise < DROP + days)
    later = np.flatnonzero(clean) + 1
    breaks = np.ones(len(bin_index), dtype=bool)
    breaks[later] = False
    spans = np.bincount(bin_index[breaks], minlength=len(noise)).astype(float)
    return Growth(bin_index[later], number[later - 1], number[later], rise[clean], noise, spans)


def emptied_before(bin_index: IntArray, time_s: FloatArray, emptyings: EmptyingArrays) -> BoolArray:
    """Whether a driver emptied the bin between its previous reading and this one."""
    flags = np.zeros(len(time_s), dtype=bool)
    rows = insertion_rows(bin_index, time_s, emptyings)
    inside = rows < len(time_s)
    rows, of_bin = rows[inside], emptyings.bin_index[inside]
    flags[rows[bin_index[rows] == of_bin]] = True
    return flags


def insertion_rows(bin_index: IntArray, time_s: FloatArray, emptyings: EmptyingArrays) -> IntArray:
    """The row, among readings sorted by (bin, time), before which each emptying belongs."""
    if len(emptyings.time_s) == 0 or len(time_s) == 0:
        return np.zeros(len(emptyings.time_s), dtype=np.int64)
    earliest = min(time_s.min(), emptyings.time_s.min())
    stride = max(time_s.max(), emptyings.time_s.max()) - earliest + 1
    ours = bin_index * stride + (time_s - earliest)
    theirs = emptyings.bin_index * stride + (emptyings.time_s - earliest)
    return np.asarray(np.searchsorted(ours, theirs))


def bin_rates(grown: Growth, bins: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each bin's rise per day, the variance of that, and the days it was seen: all (bins,)."""
    days = _sums(grown.bin_index, grown.until - grown.since, bins)
    rise = _sums(grown.bin_index, grown.rise, bins)
    seen = np.maximum(days, 0.01)
    rate = np.clip(rise / seen, _LEAST_RATE, _MOST_RATE)
    return rate, 2 * grown.noise**2 * np.maximum(grown.spans, 1) / seen**2, days


def _sums(bin_index: IntArray, values: FloatArray, bins: int) -> FloatArray:
    return np.bincount(bin_index, values, minlength=bins).astype(np.float64)
