"""Distances and plain travel times in whole numbers, worked out for those places that are asked.

Nothing here is of the size of all places squared, unless the problem itself came with a matrix:
ten thousand places have a hundred million legs, and a search needs few of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.places import GeoPoint, PlanarPoint
from optimiser.domain.problem import Problem
from optimiser.domain.travel import GreatCircle, Matrix, MatrixRow
from optimiser.domain.units import whole_array
from optimiser.travel.points import Points

UNREACHABLE = 10**8
"""Distance and time where there is no way; above every real leg, and safe to add up."""

Ints = NDArray[np.int64]
Rows = Sequence[int] | Ints


@dataclass(frozen=True)
class Table:
    """Legs given from outside: int64 arrays of shape (n, n), UNREACHABLE where there is no way."""

    distance_m: Ints
    duration_s: Ints


@dataclass(frozen=True)
class TravelMatrix:
    """Legs between the places of a problem, named by their rows in its matrix order.

    Distances are metres, times plain seconds before traffic; both are UNREACHABLE where there is
    no way. They come from `points` where the problem has coordinates, else from `table`.
    """

    size: int
    points: Points | None = None
    table: Table | None = None

    def block(self, rows: Rows, columns: Rows) -> tuple[Ints, Ints]:
        """Metres and seconds from each of `rows` to each of `columns`, two int64 arrays."""
        at = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        if self.table is not None:
            square = np.ix_(*at)
            return self.table.distance_m[square], self.table.duration_s[square]
        return self._measured(at[0][:, None], at[1][None, :])

    def pairs(self, rows: Rows, columns: Rows) -> tuple[Ints, Ints]:
        """Metres and seconds from `rows[i]` to `columns[i]`."""
        at = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
        if self.table is not None:
            return self.table.distance_m[at], self.table.duration_s[at]
        return self._measured(*at)

    def along(self, rows: Rows) -> tuple[Ints, Ints]:
        """Metres and seconds of the legs from each row to the next."""
        return self.pairs(rows[:-1], rows[1:])

    def leg(self, row: int, column: int) -> tuple[int, int]:
        """Metres and seconds of one leg."""
        metres, seconds = self.pairs((row,), (column,))
        return int(metres[0]), int(seconds[0])

    def _measured(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        assert self.points is not None  # noqa: S101  # a problem has coordinates or a table
        metres, seconds = self.points.apart(rows, columns)
        if self.points.rounding == "usual":
            return whole_array(metres), whole_array(seconds, "up")
        if self.points.rounding == "nearest":
            return whole_array(metres), whole_array(seconds)
        return whole_array(metres, "down"), whole_array(seconds, "down")


def travel_matrix(problem: Problem) -> TravelMatrix:
    """The legs of a problem by its own way of travel (rounding: see `Planar`)."""
    travel, size = problem.travel, len(problem.places)
    if isinstance(travel, Matrix):
        no_way = _no_way(travel.distance_m) | _no_way(travel.duration_s)
        table = Table(_given(travel.distance_m, no_way), _given(travel.duration_s, no_way))
        return TravelMatrix(size, table=table)
    if isinstance(travel, GreatCircle):
        around = [place for place in problem.places if isinstance(place, GeoPoint)]
        return TravelMatrix(size, points=Points.on_the_globe(around, travel))
    flat = [place for place in problem.places if isinstance(place, PlanarPoint)]
    return TravelMatrix(size, points=Points.on_a_plane(flat, travel))


def _no_way(rows: tuple[MatrixRow, ...]) -> NDArray[np.bool_]:
    return np.array([[cell is None for cell in row] for row in rows], dtype=bool)


def _given(rows: tuple[MatrixRow, ...], no_way: NDArray[np.bool_]) -> Ints:
    cells = np.array([[cell or 0 for cell in row] for row in rows], dtype=np.int64)
    return np.where(no_way, UNREACHABLE, cells)
