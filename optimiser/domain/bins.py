"""Bins: a container in one place. Its history belongs to the place, not the container."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Euros, Id, Name, Seconds, Slug
from optimiser.domain.calendar import Hours
from optimiser.domain.places import GeoPoint


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Bin:
    """A bin, or several equal ones side by side that are emptied together (`containers`).

    `volume_l` is that of all containers. `access` names abilities that a truck must have.
    `overflow_cost_eur` is what it costs the city if the bin overflows before it is emptied:
    the extra trip, the complaint, the litter. `service_s` default: 2 minutes a place and
    1 minute a container (Groningen, arXiv 2409.13386).
    """

    id: Id
    place: GeoPoint
    name: Name = ""
    district: Name = ""
    fraction: Slug
    volume_l: Annotated[float, Field(gt=0, le=1e6)]
    containers: Annotated[int, Field(ge=1, le=1000)] = 1
    service_s: Seconds = 180
    hours: tuple[Hours, ...] = ()
    access: frozenset[Slug] = frozenset()
    overflow_cost_eur: Euros = 60.0
    sensor_id: Id | None = None
