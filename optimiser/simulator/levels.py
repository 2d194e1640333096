"""The true levels of all bins in one run: what the world pours in, what trucks take out."""

from dataclasses import dataclass

import numpy as np

from optimiser.simulator.world.sensors import Floats, Ints
from optimiser.simulator.world.world import World

FULL = 1.0


@dataclass(frozen=True, slots=True)
class Emptied:
    """A bin (by row) emptied at an instant, and how full it was."""

    row: int
    time_s: int
    fill: float


class Levels:
    """Levels over time. Emptyings of a bin come in the order of time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.emptied: list[Emptied] = []
        every = np.arange(len(world.level))
        start = np.full(len(every), world.start_s)
        base = world.poured_at(every, start) - world.level
        # column k: since the k-th emptying (0: since the start) this fill counts as taken out
        self._since_s = np.full((len(every), 8), np.iinfo(np.int64).max)
        self._base = np.zeros((len(every), 8))
        self._since_s[:, 0], self._base[:, 0] = 0, base
        self._count = np.ones(len(every), dtype=np.int64)

    def at(self, rows: Ints, time_s: Ints) -> Floats:
        """Fill (1.0 = full, and above it beside the bin) of bins at instants, shapes alike.

        At the very second of an emptying the bin is already empty.
        """
        latest = (self._since_s[rows] <= time_s[:, None]).sum(axis=1) - 1
        return np.asarray(self.world.poured_at(rows, time_s) - self._base[rows, latest])

    def one(self, row: int, time_s: int) -> float:
        """Fill of one bin."""
        return float(self.at(np.array([row]), np.array([time_s]))[0])

    def empty(self, row: int, time_s: int) -> float:
        """Empty a bin; how full it was. Raises ValueError if it was emptied later already."""
        count = int(self._count[row])
        if time_s < self._since_s[row, count - 1]:
            raise ValueError(f"bin {row} was emptied at {self._since_s[row, count - 1]} already")
        fill = self.one(row, time_s)
        if count == self._base.shape[1]:
            self._widen()
        self._since_s[row, count] = time_s
        self._base[row, count] = self.world.poured_at(np.array([row]), np.array([time_s]))[0]
        self._count[row] += 1
        self.emptied.append(Emptied(row, time_s, fill))
        return fill

    def full_s(self, row: int) -> float:
        """When a bin is full if nobody empties it any more; infinite if not within the world's
        time. It may have been long ago.
        """
        return self.world.reached_s(row, float(self._base[row, self._count[row] - 1]) + FULL)

    def spells(self) -> list[tuple[int, float, float]]:
        """Every time over full until the world's end: row, first and last second."""
        found = []
        for row, count in enumerate(self._count.tolist()):
            since = self._since_s[row, :count].tolist()
            ends = [*since[1:], self.world.end_s]
            for base, begun, end in zip(self._base[row].tolist(), since, ends, strict=False):
                full = max(self.world.reached_s(row, base + FULL), begun, self.world.start_s)
                if full < end:
                    found.append((row, full, float(end)))
        return found

    def _widen(self) -> None:
        more = self._base.shape
        never = np.full(more, np.iinfo(np.int64).max)
        self._since_s = np.concatenate([self._since_s, never], axis=1)
        self._base = np.concatenate([self._base, np.zeros(more)], axis=1)
