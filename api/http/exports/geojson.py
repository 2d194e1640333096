"""A plan as GeoJSON (RFC 7946): what a map needs of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from optimiser.domain.places import GeoPoint, Place
from optimiser.domain.plan import Plan, Route, Step

GEOJSON = "application/geo+json"


@dataclass(frozen=True, kw_only=True)
class Point:
    """[lon, lat]."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class LineString:
    """[lon, lat] pairs in the order driven; straight from place to place."""

    type: Literal["LineString"] = "LineString"
    coordinates: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A route (LineString) or one of its steps (Point); `properties.kind` says which."""

    type: Literal["Feature"] = "Feature"
    geometry: Point | LineString
    properties: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FeatureCollection:
    """All routes, each followed by its steps."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: tuple[Feature, ...]


def plan_features(plan: Plan) -> FeatureCollection:
    """Routes and steps on the globe; what lies on a benchmark's plane has no place on a map."""
    return FeatureCollection(
        features=tuple(each for route in plan.routes for each in _of_route(route))
    )


def _of_route(route: Route) -> Iterator[Feature]:
    stands = [(number, step) for number, step in enumerate(route.steps) if step.kind != "break"]
    line = [at for _, step in stands if (at := _lon_lat(step.place)) is not None]
    if len(line) < 2:
        return
    yield Feature(geometry=LineString(coordinates=tuple(line)), properties=_route_properties(route))
    for number, step in stands:
        at = _lon_lat(step.place)
        if at is not None:
            yield Feature(
                geometry=Point(coordinates=at), properties=_step_properties(route, number, step)
            )


def _route_properties(route: Route) -> dict[str, Any]:
    return {
        "kind": "route",
        "truck_id": route.truck_id,
        "stops": route.stops,
        "distance_m": route.distance_m,
        "duration_s": route.duration_s,
        "co2e_g": route.co2e_g,
        "cost_eur": route.cost.total_eur,
    }


def _step_properties(route: Route, number: int, step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "truck_id": route.truck_id,
        "step": number,
        "ref": step.ref,
        "name": step.name,
        "arrival": step.arrival,
        "begin": step.begin,
        "departure": step.departure,
        "required": step.required,
        "why": step.why,
    }


def _lon_lat(place: Place) -> tuple[float, float] | None:
    return (place.lon, place.lat) if isinstance(place, GeoPoint) else None
