"""How a problem says what it takes to get from one place to another."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG

FLAT = (1.0,) * 24

Factor = Annotated[float, Field(ge=0.1, le=20)]
HourFactors = Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)]
"""Travel time by local hour of day, as a multiple of the plain time; 24 numbers."""

Speed = Annotated[float, Field(ge=0.1, le=200)]
"""Kilometres an hour; bounded below so that no leg takes more seconds than a sum can hold."""

COPENHAGEN_TRAFFIC = (
    (1.0,) * 6 + (1.15,) + (1.45,) * 2 + (1.2,) * 6 + (1.5,) * 2 + (1.15,) * 2 + (1.0,) * 5
)
"""Truck travel time by hour: before 6 1.0, 6-7 1.15, 7-9 1.45, 9-15 1.2, 15-17 1.5,
17-19 1.15 (general knowledge of the field; a city should replace it by its own)."""


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class GreatCircle:
    """Distance over a sphere times `detour`, at one speed.

    Detour 1.35 and 24 km/h between stops are usual for trucks in a European city.
    """

    kind: Literal["great_circle"] = "great_circle"
    detour: Annotated[float, Field(ge=1, le=10)] = 1.35
    speed_kmh: Speed = 24.0
    hour_factors: HourFactors = COPENHAGEN_TRAFFIC


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Planar:
    """Straight or rectangular distance on a plane, for benchmarks.

    `rounding` of metres and seconds to whole ones: metres to the nearest and seconds up, as
    everywhere; or both to the nearest, or both down, as published instances want it.
    """

    kind: Literal["manhattan", "euclidean"]
    speed_kmh: Speed
    rounding: Literal["usual", "nearest", "down"] = "usual"
    hour_factors: HourFactors = FLAT


MatrixRow = tuple[Annotated[int, Field(ge=0, le=50_000_000)] | None, ...]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Matrix:
    """Distances and plain travel times given from outside; None where there is no way.

    Row and column order: all depots, then all disposal sites, then all visits, then the present
    places of trucks under way, each in the order of the problem.
    """

    kind: Literal["matrix"] = "matrix"
    distance_m: tuple[MatrixRow, ...]
    duration_s: tuple[MatrixRow, ...]
    hour_factors: HourFactors = FLAT

    @model_validator(mode="after")
    def _both_square_and_alike(self) -> Self:
        size = len(self.distance_m)
        for name, rows in (("distance_m", self.distance_m), ("duration_s", self.duration_s)):
            if len(rows) != size:
                raise ValueError(f"{name} has {len(rows)} rows, distance_m has {size}")
            for index, row in enumerate(rows):
                if len(row) != size:
                    raise ValueError(f"{name} row {index} has {len(row)} columns, not {size}")
        return self


Travel = Annotated[GreatCircle | Planar | Matrix, Field(discriminator="kind")]
