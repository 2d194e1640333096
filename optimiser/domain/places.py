"""Where things are: on the globe, or on the flat plane of a benchmark."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG


@dataclass(frozen=True, slots=True, config=CONFIG)
class GeoPoint:
    """A WGS 84 position in degrees, longitude first as in GeoJSON (RFC 7946)."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


@dataclass(frozen=True, slots=True, config=CONFIG)
class PlanarPoint:
    """A position on a plane, in metres; only benchmarks use it."""

    x_m: Annotated[float, Field(ge=-1e8, le=1e8)]
    y_m: Annotated[float, Field(ge=-1e8, le=1e8)]


def _which_point(value: Any) -> str:
    planar = isinstance(value, PlanarPoint) or (isinstance(value, dict) and "x_m" in value)
    return "planar" if planar else "geo"


Place = Annotated[
    Annotated[GeoPoint, Tag("geo")] | Annotated[PlanarPoint, Tag("planar")],
    Discriminator(_which_point),
]
