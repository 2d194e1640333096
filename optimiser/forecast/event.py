"""What happens to bins: readings and emptyings, at most one of each bin at a time."""

from dataclasses import dataclass

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray

READ, TELLS_TILT, EMPTIED, SEEN = 0, 1, 2, 3
"""Kinds of events: a reading, a reading that its own device takes for invalid, an emptying, a
level that somebody saw."""


@dataclass(frozen=True, slots=True)
class Rank:
    """At most one event of each bin, all (events,). `kind` as above; `day` is deposit days."""

    kind: IntArray
    time_s: FloatArray
    day: FloatArray
    fill: FloatArray
    suspicious: BoolArray

    @property
    def read(self) -> BoolArray:
        """Which tell a level."""
        return np.asarray((self.kind == READ) | (self.kind == SEEN))
