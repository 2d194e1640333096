"""GeoJSON and JSON files as records of the same form as a CSV's."""

import json
from collections.abc import Iterator
from typing import Any

from api.store.catalogue import Kind, T
from api.usecases.documents import parse_json
from api.usecases.errors import Invalid, InvalidImport, RowProblem
from api.usecases.imports.tables import SHOWN, Record, text_of


def read_list(raw: bytes, name: str) -> Iterator[Record]:
    """Objects of a JSON list, or of `{name: [...]}`. Raises InvalidImport."""
    found = _document(raw)
    if isinstance(found, dict) and list(found) == [name]:
        found = found[name]
    if not isinstance(found, list):
        raise _whole(f'a JSON list of objects is wanted, or {{"{name}": [...]}}')
    for row, each in enumerate(found, start=1):
        yield _object(row, each)
    if not found:
        raise _whole("the list is empty")


def read_features(raw: bytes, kind: Kind[T]) -> Iterator[Record]:
    """Points of a GeoJSON FeatureCollection (RFC 7946). Raises InvalidImport."""
    if kind.name == "trucks":
        raise _whole("trucks have no place, so GeoJSON cannot hold them; use JSON or CSV")
    found = _document(raw)
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise _whole("a GeoJSON FeatureCollection is wanted")
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise _whole("`features` must be a list with at least one feature")
    for row, each in enumerate(features, start=1):
        yield _feature(row, each)


def _document(raw: bytes) -> Any:
    try:
        return parse_json(text_of(raw).encode())
    except Invalid as error:
        raise _whole(error.detail) from None


def _object(row: int, value: Any) -> Record:
    if isinstance(value, dict):
        return Record(row, value)
    return _bad(row, "", value, "an object is wanted")


def _feature(row: int, value: Any) -> Record:
    if not isinstance(value, dict) or value.get("type") != "Feature":
        return _bad(row, "", value, "a GeoJSON Feature is wanted")
    geometry, properties = value.get("geometry"), value.get("properties") or {}
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return _bad(row, "geometry", geometry, "a Point is wanted")
    position = geometry.get("coordinates")
    if not isinstance(position, list) or len(position) not in (2, 3):
        return _bad(row, "geometry.coordinates", position, "[lon, lat] is wanted")
    if not isinstance(properties, dict) or "place" in properties:
        text = "an object without `place` is wanted; the place is the geometry"
        return _bad(row, "properties", properties, text)
    named = {"id": value["id"]} if "id" in value else {}
    return Record(row, {**named, **properties, "place": {"lon": position[0], "lat": position[1]}})


def _bad(row: int, field: str, value: Any, message: str) -> Record:
    shown = json.dumps(value)[:SHOWN]
    return Record(row, {}, (RowProblem(row, field, shown, message),))


def _whole(message: str) -> InvalidImport:
    return InvalidImport([RowProblem(0, "", "", message)])
