"""The latest readings and emptyings of each bin: what is filtered again when one comes late."""

import numpy as np

from optimiser.forecast.arrays import EmptyingArrays, FloatArray, IntArray, ReadingArrays, firsts

DEPTH = 64
"""So many events of a bin are kept: ten days of six readings each, or two and a half of hourly
ones. A later reading than these can still be put in its place."""


class Recent:
    """Events of bins since each one's safe point, a table of (bins, DEPTH) a column.

    `count` (bins,) says how many of a row are taken; `last_s` is the time of the last of all.
    """

    def __init__(self, bins: int) -> None:
        self.count = np.zeros(bins, dtype=np.int64)
        self.last_s = np.full(bins, -np.inf)
        self._time_s = np.zeros((bins, DEPTH))
        self._fill = np.zeros((bins, DEPTH))
        self._quality = np.zeros((bins, DEPTH), dtype=np.int8)
        self._sensor = np.zeros((bins, DEPTH), dtype=np.int64)
        self._sequence = np.zeros((bins, DEPTH), dtype=np.int64)
        self._emptied = np.zeros((bins, DEPTH), dtype=bool)

    def add(self, readings: ReadingArrays, emptyings: EmptyingArrays) -> None:
        """Add events for which there is room, after those that are there."""
        column = self._room(readings.bin_index)
        cells = (readings.bin_index, column)
        self._time_s[cells], self._fill[cells] = readings.time_s, readings.fill
        self._quality[cells], self._sensor[cells] = readings.quality, readings.sensor
        self._sequence[cells], self._emptied[cells] = readings.sequence, False
        cells = (emptyings.bin_index, self._room(emptyings.bin_index))
        self._time_s[cells], self._emptied[cells] = emptyings.time_s, True
        for each in (readings, emptyings):
            np.maximum.at(self.last_s, each.bin_index, each.time_s)

    def drop(self, bins: IntArray, counts: IntArray) -> None:
        """Forget the first so many events of some bins, each once."""
        column = np.minimum(np.arange(DEPTH) + counts[:, None], DEPTH - 1)
        cells = (bins[:, None], column)
        tables = (
            self._time_s, self._fill, self._quality, self._sensor, self._sequence, self._emptied,
        )  # fmt: skip
        for table in tables:
            table[bins] = table[cells]
        self.count[bins] -= counts

    def time_s(self, bins: IntArray, column: IntArray) -> FloatArray:
        """Times of events, one of each bin."""
        return np.asarray(self._time_s[bins, column])

    def _room(self, bin_index: IntArray) -> IntArray:
        """The free columns of events sorted by bin, which are taken from now on."""
        starts = np.flatnonzero(firsts(bin_index))
        counts = np.diff(np.append(starts, len(bin_index)))
        nth = np.arange(len(bin_index)) - np.repeat(starts, counts)
        column = self.count[bin_index] + nth
        self.count[bin_index[starts]] += counts
        return column

    def taken(self, bins: IntArray) -> tuple[ReadingArrays, EmptyingArrays]:
        """The events of some bins, which are forgotten here."""
        row, column = np.nonzero(np.arange(DEPTH) < self.count[bins][:, None])
        cells = (bins[row], column)
        self.count[bins], self.last_s[bins] = 0, -np.inf
        emptied = self._emptied[cells]
        of_bin, time_s = cells[0], self._time_s[cells]
        readings = ReadingArrays(
            bin_index=of_bin,
            time_s=time_s,
            fill=self._fill[cells],
            quality=self._quality[cells].astype(np.int64),
            sensor=self._sensor[cells],
            sequence=self._sequence[cells],
        )
        return readings.where(~emptied), EmptyingArrays(of_bin[emptied], time_s[emptied])


NOBODY = 0
"""The row of a sensor that emptyings are said to have."""


class SensorRows:
    """A row for each sensor in each bin it was in, given out as they appear."""

    def __init__(self, bins: int) -> None:
        self._bins: IntArray = np.full(1, -1)
        self._keys: dict[tuple[int, int], int] = {}
        # nearly always a bin is heard by the sensor it was heard by last
        self._sensor, self._row = np.zeros(bins, dtype=np.int64), np.zeros(bins, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def of(self, bin_index: IntArray, sensor: IntArray) -> IntArray:
        """The row of each reading's sensor; new ones get the next rows."""
        row = self._row[bin_index]
        other = np.flatnonzero((row == NOBODY) | (self._sensor[bin_index] != sensor))
        if len(other):
            pairs = zip(bin_index[other].tolist(), sensor[other].tolist(), strict=True)
            row[other] = [self._row_of(pair) for pair in pairs]
            self._sensor[bin_index], self._row[bin_index] = sensor, row
        if len(self._keys) >= len(self._bins):
            self._bins = np.array([-1, *(each for each, _ in self._keys)], dtype=np.int64)
        return row

    def _row_of(self, pair: tuple[int, int]) -> int:
        return self._keys.setdefault(pair, NOBODY + 1 + len(self._keys))

    def in_bins(self, bins: IntArray) -> IntArray:
        """All rows of sensors in some bins."""
        wanted = np.zeros(len(self._row) + 1, dtype=bool)  # the last is the bin of nobody
        wanted[bins] = True
        return np.flatnonzero(wanted[self._bins])


def joined_emptyings(one: EmptyingArrays, other: EmptyingArrays) -> EmptyingArrays:
    """Emptyings of both by (bin, time), each once."""
    of_bin = np.concatenate([one.bin_index, other.bin_index])
    time_s = np.concatenate([one.time_s, other.time_s])
    order = np.lexsort((time_s, of_bin))
    of_bin, time_s = of_bin[order], time_s[order]
    new = firsts(of_bin)
    new[1:] |= np.diff(time_s) != 0
    return EmptyingArrays(of_bin[new], time_s[new])


def first_times(bin_index: IntArray, time_s: FloatArray, bins: int) -> FloatArray:
    """The earliest time of each bin's events, infinity where there is none; shape (bins,)."""
    found = np.full(bins, np.inf)
    np.minimum.at(found, bin_index, time_s)
    return found
