"""The last reading of each bin, and by which sensor."""

from dataclasses import dataclass

import numpy as np

from optimiser.forecast.arrays import IntArray
from optimiser.forecast.event import EMPTIED, SEEN
from optimiser.forecast.timeline import Events, last_rows


@dataclass(frozen=True, slots=True)
class Told:
    """The last reading of each bin and what it was taken for, all (bins,).

    `sensor_row` is -1 of a bin of which no reading is known, `device_row` of one from which no
    device was ever heard, whatever people saw.
    """

    sensor_row: IntArray
    device_row: IntArray
    quality: IntArray

    def note(self, events: Events, quality: IntArray) -> None:
        """Events by (bin, time) that were taken in, and what their readings were taken for."""
        read = np.flatnonzero(events.kind != EMPTIED)
        rows = read[last_rows(events.bin_index[read])]
        self.sensor_row[events.bin_index[rows]] = events.sensor_row[rows]
        self.quality[events.bin_index[rows]] = quality[rows]
        heard = read[events.kind[read] != SEEN]
        rows = heard[last_rows(events.bin_index[heard])]
        self.device_row[events.bin_index[rows]] = events.sensor_row[rows]

    def forget(self, bins: IntArray) -> None:
        """As if nothing was ever heard of some bins."""
        self.sensor_row[bins], self.device_row[bins], self.quality[bins] = -1, -1, 0


def nothing_told(bins: int) -> Told:
    """Before any reading."""
    return Told(np.full(bins, -1), np.full(bins, -1), np.zeros(bins, dtype=np.int64))
