"""All bins' histories side by side: the k-th event of every bin that has so many.

Bins are ordered by how many events they have, most first, so that the bins with a k-th event
are always the first rows: nothing is padded, whatever one talkative sensor sends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from optimiser.domain.readings import Quality
from optimiser.forecast.arrays import (
    NO_DEVICE,
    BoolArray,
    EmptyingArrays,
    FloatArray,
    IntArray,
    ReadingArrays,
    firsts,
)
from optimiser.forecast.belief import Belief
from optimiser.forecast.event import EMPTIED, READ, SEEN, TELLS_TILT, Rank
from optimiser.forecast.filter import step
from optimiser.forecast.sensing import Sensing
from optimiser.forecast.track import Nature


@dataclass(frozen=True, slots=True)
class Events:
    """Readings and told emptyings of bins, all arrays (events,) and sorted by (bin, time).

    At one instant an emptying comes before readings. `sensor_row` is the row of the sensor in
    this bin among beliefs about sensors; of an emptying, one that is nobody's. `day` is in
    deposit days.
    """

    bin_index: IntArray
    sensor_row: IntArray
    kind: IntArray
    time_s: FloatArray
    day: FloatArray
    fill: FloatArray
    suspicious: BoolArray

    def where(self, rows: IntArray | BoolArray) -> Self:
        return type(self)(*(getattr(self, name)[rows] for name in self.__slots__))

    def rank(self, rows: IntArray) -> Rank:
        return Rank(
            self.kind[rows],
            self.time_s[rows],
            self.day[rows],
            self.fill[rows],
            self.suspicious[rows],
        )


def merge(
    readings: ReadingArrays,
    sensor_row: IntArray,
    day: FloatArray,
    emptyings: EmptyingArrays,
    emptying_day: FloatArray,
    *,
    nobody: int,
) -> Events:
    """Readings and emptyings, each sorted by (bin, time), in one order.

    `sensor_row` and `day` go with the readings, `emptying_day` with the emptyings, whose row
    of a sensor is `nobody`.
    """
    count = len(emptyings.time_s)
    kind = np.where(readings.quality == Quality.LIKELY_INVALID, TELLS_TILT, READ)
    kind = np.where(readings.sensor == NO_DEVICE, SEEN, kind)
    columns = Events(
        bin_index=np.concatenate([emptyings.bin_index, readings.bin_index]),
        sensor_row=np.concatenate([np.full(count, nobody), sensor_row]),
        kind=np.concatenate([np.full(count, EMPTIED), kind]),
        time_s=np.concatenate([emptyings.time_s, readings.time_s]),
        day=np.concatenate([emptying_day, day]),
        fill=np.concatenate([np.zeros(count), readings.fill]),
        suspicious=np.concatenate(
            [np.zeros(count, dtype=bool), readings.quality == Quality.SUSPICIOUS]
        ),
    )
    if not count:
        return columns
    # stable: emptyings come first, and readings keep their order
    return columns.where(np.lexsort((columns.time_s, columns.bin_index)))


def run(belief: Belief, sensing: Sensing, nature: Nature, events: Events) -> IntArray:
    """Take all events into beliefs, in place; the quality of each event's reading."""
    quality = np.zeros(len(events.time_s), dtype=np.int64)
    for rows in _ranks(events.bin_index):
        bins, sensors = events.bin_index[rows], events.sensor_row[rows]
        after, sensed, quality[rows] = step(
            belief.where(bins), sensing.where(sensors), events.rank(rows), nature.where(bins)
        )
        belief.put(bins, after)
        sensing.put(sensors, sensed)
    return quality


def _ranks(bin_index: IntArray) -> Iterator[IntArray]:
    """Rows of the first, second, ... event of each bin, for rows sorted by bin."""
    starts = np.flatnonzero(firsts(bin_index))
    counts = np.diff(np.append(starts, len(bin_index)))
    order = np.argsort(-counts, kind="stable")
    starts, falling = starts[order], counts[order]
    for rank in range(int(falling[0]) if len(falling) else 0):
        yield starts[: np.searchsorted(-falling, -rank)] + rank


def last_rows(bin_index: IntArray) -> IntArray:
    """The row of each bin's last event, for the bins that have one."""
    return np.flatnonzero(np.append(firsts(bin_index)[1:], True)[: len(bin_index)])
