"""From places to whole-number matrices of distance and plain travel time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.places import GeoPoint, Place, PlanarPoint
from optimiser.domain.problem import Problem
from optimiser.domain.travel import GreatCircle, Matrix, MatrixRow, Planar
from optimiser.domain.units import whole_array

UNREACHABLE = 10**8
"""Distance and time where there is no way; above every real leg, and safe to add up."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""


@dataclass(frozen=True)
class TravelMatrix:
    """Legs between all places of a problem, in its matrix order.

    `distance_m` and `duration_s` are int64 arrays of shape (n, n); `duration_s` is plain
    time, before traffic. Both are UNREACHABLE where there is no way.
    """

    distance_m: NDArray[np.int64]
    duration_s: NDArray[np.int64]


def travel_matrix(problem: Problem) -> TravelMatrix:
    """All legs of a problem by its own way of travel.

    Distances go to the nearest metre, times up to the next second.
    """
    travel = problem.travel
    if isinstance(travel, Matrix):
        no_way = _no_way(travel.distance_m) | _no_way(travel.duration_s)
        return TravelMatrix(_given(travel.distance_m, no_way), _given(travel.duration_s, no_way))
    metres = _metres(travel, problem.places)
    seconds = metres / (travel.speed_kmh / 3.6)
    return TravelMatrix(whole_array(metres), whole_array(seconds, "up"))


def great_circle_m(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Haversine distances between all points given in degrees, shape (n, n), in metres."""
    phi, lam = np.radians(lat), np.radians(lon)
    squared_half_chord = (
        np.sin((phi[:, None] - phi[None, :]) / 2) ** 2
        + np.cos(phi)[:, None] * np.cos(phi)[None, :] * np.sin((lam[:, None] - lam) / 2) ** 2
    )
    angle: NDArray[np.float64] = 2 * np.arcsin(np.sqrt(np.clip(squared_half_chord, 0, 1)))
    return EARTH_RADIUS_M * angle


def _metres(travel: GreatCircle | Planar, places: tuple[Place, ...]) -> NDArray[np.float64]:
    if isinstance(travel, GreatCircle):
        points = [place for place in places if isinstance(place, GeoPoint)]
        lon, lat = (np.array([getattr(p, axis) for p in points]) for axis in ("lon", "lat"))
        return travel.detour * great_circle_m(lon, lat)
    flat = [place for place in places if isinstance(place, PlanarPoint)]
    x, y = (np.array([getattr(p, axis) for p in flat]) for axis in ("x_m", "y_m"))
    dx, dy = np.abs(x[:, None] - x), np.abs(y[:, None] - y)
    metres: NDArray[np.float64] = dx + dy if travel.kind == "manhattan" else np.hypot(dx, dy)
    return metres


def _no_way(rows: tuple[MatrixRow, ...]) -> NDArray[np.bool_]:
    return np.array([[cell is None for cell in row] for row in rows], dtype=bool)


def _given(rows: tuple[MatrixRow, ...], no_way: NDArray[np.bool_]) -> NDArray[np.int64]:
    cells = np.array([[cell or 0 for cell in row] for row in rows], dtype=np.int64)
    return np.where(no_way, UNREACHABLE, cells)
