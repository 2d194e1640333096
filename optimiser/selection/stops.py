"""What a stop costs, and how that depends on who else is due nearby.

A tour of n stops in an area a is about 0.71 sqrt(a n) long (Beardwood, Halton and Hammersley,
1959), so one stop more among d stops a square kilometre adds about 0.36 / sqrt(d) km. So a bin
beside many that will be due on a day is cheap to empty then, and a lonely one is dear.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.bins import Bin
from optimiser.selection.ahead import Floats, Ints

BoolArray = NDArray[np.bool_]

BINS_A_CELL = 3.0
"""Of bins that the same trucks empty, so many lie in a cell of the map on average; who is near
is counted in the nine cells around."""
FEWEST = 0.3
"""Where nobody is due nearby, as if so many were: a tour passes somewhere."""
WAY = 0.36
DETOUR = 1.35


@dataclass(frozen=True, slots=True)
class Map:
    """Bins in cells: `cell` (bins,) of a grid of `columns` a row, each of `area_km2`."""

    cell: Ints
    columns: int
    rows: int
    area_km2: float

    def way_km(self, due: Floats) -> Floats:
        """The way that a stop adds, (bins,) or (bins, days), if so many of each bin are due."""
        table = due if due.ndim == 2 else due[:, None]
        found = np.stack([self._way_km(each) for each in table.T], axis=1)
        return found if due.ndim == 2 else found[:, 0]

    def _way_km(self, due: Floats) -> Floats:
        counts = np.bincount(self.cell, due, minlength=self.rows * self.columns)
        grid = np.pad(counts.reshape(self.rows, self.columns), 1)
        near = sum(
            grid[down : down + self.rows, right : right + self.columns]
            for down in range(3)
            for right in range(3)
        )
        others = np.maximum(np.asarray(near).reshape(-1)[self.cell] - due, FEWEST)
        return np.asarray(DETOUR * WAY * np.sqrt(9 * self.area_km2 / others))


def make_map(bins: Sequence[Bin]) -> Map:
    """The map of bins that the same trucks empty."""
    lon, lat = (np.array([getattr(each.place, axis) for each in bins]) for axis in ("lon", "lat"))
    east_km = 111.2 * np.cos(np.radians(lat.mean())) * (lon - lon.min())
    north_km = 111.2 * (lat - lat.min())
    area = max(1e-2, float(east_km.max() + 0.1) * float(north_km.max() + 0.1))
    side = np.sqrt(area * BINS_A_CELL / len(bins))
    column, row = (np.floor(each / side).astype(np.int64) for each in (east_km, north_km))
    columns = int(column.max()) + 1
    return Map(row * columns + column, columns, int(row.max()) + 1, float(side**2))
