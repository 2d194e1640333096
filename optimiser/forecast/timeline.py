"""All bins' histories side by side: the k-th event of every bin that has so many.

Bins are ordered by how many events they have, most first, so that the bins with a k-th event
are always the first rows: nothing is padded, whatever one talkative sensor sends.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimiser.forecast.arrays import (
    BoolArray,
    EmptyingArrays,
    FloatArray,
    IntArray,
    ReadingArrays,
    firsts,
)
from optimiser.forecast.growth import insertion_rows


@dataclass(frozen=True, slots=True)
class Events:
    """Readings and told emptyings of bins, all arrays (events,) and sorted by (bin, time).

    At one instant an emptying comes before readings. `emptied`: it is an emptying, and `fill`,
    `fill_var` and `next_fill` mean nothing. `next_fill` is the bin's next reading, NaN after
    the last.
    """

    bin_index: IntArray
    time_s: FloatArray
    deposit_day: FloatArray
    emptied: BoolArray
    fill: FloatArray
    fill_var: FloatArray
    next_fill: FloatArray


@dataclass(frozen=True, slots=True)
class Rank:
    """The k-th events of the first `len(time_s)` rows of bins.

    Fields as in `Events`; `elapsed` is deposit days since the bin's event before, 0 for its
    first.
    """

    time_s: FloatArray
    elapsed: FloatArray
    emptied: BoolArray
    fill: FloatArray
    fill_var: FloatArray
    next_fill: FloatArray


def merge(
    readings: ReadingArrays,
    fill_var: FloatArray,
    deposit_day: FloatArray,
    emptyings: EmptyingArrays,
    emptying_day: FloatArray,
) -> Events:
    """Readings sorted by (bin, time) and emptyings sorted likewise, in one order.

    `fill_var` and `deposit_day` go with the readings, `emptying_day` with the emptyings.
    """
    following = np.full(len(readings.fill), np.nan)
    following[:-1] = np.where(firsts(readings.bin_index)[1:], np.nan, readings.fill[1:])
    rows = insertion_rows(readings.bin_index, readings.time_s, emptyings)
    return Events(
        bin_index=np.insert(readings.bin_index, rows, emptyings.bin_index),
        time_s=np.insert(readings.time_s, rows, emptyings.time_s),
        deposit_day=np.insert(deposit_day, rows, emptying_day),
        emptied=np.insert(np.zeros(len(following), dtype=bool), rows, values=True),
        fill=np.insert(readings.fill, rows, 0.0),
        fill_var=np.insert(fill_var, rows, 1.0),
        next_fill=np.insert(following, rows, np.nan),
    )


def busiest_first(events: Events, bins: int) -> IntArray:
    """Bin indices by number of events, most first, shape (bins,)."""
    counts = np.bincount(events.bin_index, minlength=bins)
    return np.argsort(-counts, kind="stable")


def ranks(events: Events, order: IntArray) -> Iterator[Rank]:
    """The first, second, ... event of the bins in `order`, as far as they have one."""
    elapsed = np.zeros(len(events.deposit_day))
    elapsed[1:] = np.where(firsts(events.bin_index)[1:], 0.0, np.diff(events.deposit_day))
    counts = np.bincount(events.bin_index, minlength=len(order))
    starts = (np.cumsum(counts) - counts)[order]
    falling = counts[order]
    for rank in range(int(falling[0])):
        rows = starts[: np.searchsorted(-falling, -rank)] + rank
        yield Rank(
            time_s=events.time_s[rows],
            elapsed=elapsed[rows],
            emptied=events.emptied[rows],
            fill=events.fill[rows],
            fill_var=events.fill_var[rows],
            next_fill=events.next_fill[rows],
        )


def last_rows(bin_index: IntArray) -> IntArray:
    """The row of each bin's last event, for the bins that have one."""
    return np.flatnonzero(np.append(firsts(bin_index)[1:], True)[: len(bin_index)])
