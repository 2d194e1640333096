"""Distance and plain travel time of a leg, from the problem alone, one leg at a time."""

from collections.abc import Callable
from math import asin, ceil, cos, floor, radians, sin, sqrt
from typing import NamedTuple

from optimiser.domain.places import GeoPoint, Place, PlanarPoint
from optimiser.domain.problem import Problem
from optimiser.domain.travel import GreatCircle, Matrix, Planar
from optimiser.verifier.tolerances import ROUNDING

SPHERE_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""


class Leg(NamedTuple):
    """Metres, and whole plain seconds (traffic factor 1.0).

    Metres are not rounded, unless the problem says how: then they are `exact`, and so is the time.
    """

    distance_m: float
    plain_s: int
    exact: bool = False


Roads = Callable[[int, int], Leg | None]
"""The leg between two rows of the problem's matrix order; None where there is no way."""


def roads_of(problem: Problem) -> Roads:
    """The problem's own way of travel, as a function of two rows."""
    travel = problem.travel
    if isinstance(travel, Matrix):
        return _given(travel)
    return _measured(travel, problem.places)


def up(seconds: float) -> int:
    """Up to the next whole second, floating-point noise aside."""
    return ceil(seconds - ROUNDING)


def down(value: float) -> int:
    """Down to a whole number, floating-point noise aside."""
    return floor(value + ROUNDING)


def _given(travel: Matrix) -> Roads:
    def leg(start: int, end: int) -> Leg | None:
        distance, duration = travel.distance_m[start][end], travel.duration_s[start][end]
        return None if distance is None or duration is None else Leg(distance, duration)

    return leg


def _measured(travel: GreatCircle | Planar, places: tuple[Place, ...]) -> Roads:
    detour = travel.detour if isinstance(travel, GreatCircle) else 1.0
    rounding = travel.rounding if isinstance(travel, Planar) else "usual"

    def leg(start: int, end: int) -> Leg | None:
        metres = detour * metres_between(places[start], places[end], travel.kind)
        seconds = metres * 3.6 / travel.speed_kmh
        if rounding == "usual":
            return Leg(metres, up(seconds))
        add = 0.5 if rounding == "nearest" else 0.0
        return Leg(down(metres + add), down(seconds + add), exact=True)

    return leg


def metres_between(start: Place, end: Place, kind: str) -> float:
    """Metres as the crow flies over the sphere, along the axes, or straight on the plane."""
    if isinstance(start, PlanarPoint) and isinstance(end, PlanarPoint):
        across, along = end.x_m - start.x_m, end.y_m - start.y_m
        if kind == "manhattan":
            return abs(across) + abs(along)
        return sqrt(across * across + along * along)
    if isinstance(start, GeoPoint) and isinstance(end, GeoPoint):
        return _haversine_m(start, end)
    raise TypeError("a problem's places are all of one kind")  # Problem checks it


def _haversine_m(start: GeoPoint, end: GeoPoint) -> float:
    north = sin(radians(end.lat - start.lat) / 2)
    east = sin(radians(end.lon - start.lon) / 2)
    chord = north * north + cos(radians(start.lat)) * cos(radians(end.lat)) * east * east
    return 2 * SPHERE_RADIUS_M * asin(min(1.0, sqrt(chord)))
