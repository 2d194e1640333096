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
    """Pairs of readings of one bin with no emptying between, shape (pairs,).

    `since` and `until` are day numbers, `rise` the fill gained; `begins` is the row, among
    the readings, that a pair begins with. `noise` (bins,) is the standard deviation of a
    reading, `spans` (bins,) in how many unbroken spans the bin's pairs of neighbours lie:
    noise counts twice a span, for pairs within one share their readings.
    """

    bin_index: IntArray
    since: FloatArray
    until: FloatArray
    rise: FloatArray
    begins: IntArray
    noise: FloatArray
    spans: FloatArray


def growth(
    bin_index: IntArray,
    number: FloatArray,
    fill: FloatArray,
    *,
    emptied: BoolArray,
    noise: FloatArray,
    lag: int = 1,
) -> Growth:
    """Pairs, `lag` readings apart, from sorted readings without spikes.

    `emptied` (readings,): since the one before.
    """
    days, rise = np.diff(number), np.diff(fill)
    clean = ~firsts(bin_index)[1:] & ~emptied[1:] & (rise > -DROP) & (rise < DROP + days)
    breaks = np.append(True, ~clean)[: len(bin_index)]
    spans = np.bincount(bin_index[breaks], minlength=len(noise)).astype(float)
    chain = np.cumsum(breaks)
    begins = np.flatnonzero(chain[lag:] == chain[:-lag])
    ends = begins + lag
    return Growth(
        bin_index[begins],
        number[begins],
        number[ends],
        fill[ends] - fill[begins],
        begins,
        noise,
        spans,
    )


def emptied_before(bin_index: IntArray, time_s: FloatArray, emptyings: EmptyingArrays) -> BoolArray:
    """Whether a driver emptied the bin between its previous reading and this one."""
    flags = np.zeros(len(time_s), dtype=bool)
    rows = _insertion_rows(bin_index, time_s, emptyings)
    inside = rows < len(time_s)
    rows, of_bin = rows[inside], emptyings.bin_index[inside]
    flags[rows[bin_index[rows] == of_bin]] = True
    return flags


def _insertion_rows(bin_index: IntArray, time_s: FloatArray, emptyings: EmptyingArrays) -> IntArray:
    """The row, among readings sorted by (bin, time), before which each emptying belongs."""
    if len(emptyings.time_s) == 0 or len(time_s) == 0:
        return np.zeros(len(emptyings.time_s), dtype=np.int64)
    earliest = min(time_s.min(), emptyings.time_s.min())
    stride = max(time_s.max(), emptyings.time_s.max()) - earliest + 1
    ours = bin_index * stride + (time_s - earliest)
    theirs = emptyings.bin_index * stride + (emptyings.time_s - earliest)
    return np.asarray(np.searchsorted(ours, theirs))


def bin_rates(
    grown: Growth, passed: FloatArray, bins: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each bin's rise per deposit day, the variance of that, and the days it was seen (bins,).

    `passed` (pairs,) are the deposit days of each pair of neighbours.
    """
    days = _sums(grown.bin_index, passed, bins)
    rise = _sums(grown.bin_index, grown.rise, bins)
    seen = np.maximum(days, 0.01)
    rate = np.clip(rise / seen, _LEAST_RATE, _MOST_RATE)
    return rate, 2 * grown.noise**2 * np.maximum(grown.spans, 1) / seen**2, days


def _sums(bin_index: IntArray, values: FloatArray, bins: int) -> FloatArray:
    return np.bincount(bin_index, values, minlength=bins).astype(np.float64)
