"""Coordinates as numbers, and how far apart they are before anything is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.places import GeoPoint, PlanarPoint
from optimiser.domain.travel import GreatCircle, Planar

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """Places as rows of `xyz`, shape (n, 3): on the unit sphere, or metres on a plane.

    A way is the distance times `detour`; `speed_ms` turns it into seconds.
    """

    kind: Literal["great_circle", "manhattan", "euclidean"]
    xyz: Floats
    detour: float
    speed_ms: float
    rounding: Literal["usual", "nearest", "down"]

    @classmethod
    def on_the_globe(cls, places: Sequence[GeoPoint], travel: GreatCircle) -> Self:
        """Longitudes and latitudes, as travelled over a sphere."""
        lon, lat = (np.radians([getattr(p, axis) for p in places]) for axis in ("lon", "lat"))
        xyz = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
        return cls("great_circle", xyz, travel.detour, travel.speed_kmh / 3.6, "usual")

    @classmethod
    def on_a_plane(cls, places: Sequence[PlanarPoint], travel: Planar) -> Self:
        """Coordinates on a plane."""
        xyz = np.array([(p.x_m, p.y_m, 0.0) for p in places]).reshape(-1, 3)
        return cls(travel.kind, xyz, 1.0, travel.speed_kmh / 3.6, travel.rounding)

    def apart(self, rows: Ints, columns: Ints) -> tuple[Floats, Floats]:
        """Metres and seconds between places, for arrays of rows that broadcast together."""
        step = self.xyz[rows] - self.xyz[columns]
        if self.kind == "great_circle":
            half_chord = np.sqrt((step**2).sum(axis=-1)) / 2
            metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, half_chord))
        elif self.kind == "manhattan":
            metres = np.abs(step[..., 0]) + np.abs(step[..., 1])
        else:
            metres = np.hypot(step[..., 0], step[..., 1])
        metres = np.asarray(metres * self.detour)
        return metres, metres / self.speed_ms
