"""GeoJSON, JSON, and files of readings and emptyings."""

import json
from typing import Any

import pytest

from api.store.database import Database
from api.usecases import catalogue
from api.usecases.catalogue import DEPOTS, DISPOSAL_SITES, TRUCKS
from api.usecases.errors import InvalidImport, RowProblem
from api.usecases.imports import (
    ImportResult,
    import_emptyings,
    import_file,
    import_readings,
)
from api.usecases.readings import list_quarantine
from optimiser.wire import to_json
from small_city import DEPOT, NOW, SITE, TRUCK, a_reading, fill_city


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_is_a_list_of_what_the_api_shows(db: Database, wrapped: bool) -> None:
    catalogue.put(db, DEPOTS, DEPOT, now=NOW)
    items: Any = [to_json(TRUCK)]
    raw = json.dumps({"trucks": items} if wrapped else items).encode()
    assert import_file(db, TRUCKS, raw, format="json", now=NOW) == ImportResult(1, 0, 0)
    assert catalogue.get(db, TRUCKS, "truck-1").item == TRUCK


def _feature(item: Any, **changes: Any) -> dict[str, Any]:
    fields = to_json(item)
    place = fields.pop("place")
    point = {"type": "Point", "coordinates": [place["lon"], place["lat"]]}
    return {"type": "Feature", "geometry": point, "properties": fields, **changes}


def _collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_geojson_points_are_places(db: Database) -> None:
    raw = b"\xef\xbb\xbf" + _collection(_feature(SITE))
    assert import_file(db, DISPOSAL_SITES, raw, format="geojson", now=NOW).created == 1
    assert catalogue.get(db, DISPOSAL_SITES, "amager").item == SITE


def test_a_features_own_id_serves_where_properties_have_none(db: Database) -> None:
    feature = _feature(DEPOT, id="north")
    del feature["properties"]["id"]
    import_file(db, DEPOTS, _collection(feature), format="geojson", now=NOW)
    assert catalogue.get(db, DEPOTS, "north").item == DEPOT


BAD_FEATURES: list[tuple[Any, str]] = [
    (7, ""),
    ({"type": "Feature"}, "geometry"),
    (_feature(DEPOT, geometry={"type": "Polygon", "coordinates": []}), "geometry"),
    (_feature(DEPOT, geometry={"type": "Point", "coordinates": 7}), "geometry.coordinates"),
    (_feature(DEPOT, geometry={"type": "Point", "coordinates": ["a", 1]}), "lon"),
    (_feature(DEPOT, geometry={"type": "Point", "coordinates": [12, 91]}), "lat"),
    (_feature(DEPOT, properties=7), "properties"),
    (_feature(DEPOT, properties={"id": "a", "colour": "red"}), "colour"),
    (_feature(DEPOT, properties={"id": 7}), "id"),
]


@pytest.mark.parametrize(("feature", "field"), BAD_FEATURES)
def test_a_bad_feature_is_named(sqlite_db: Database, feature: Any, field: str) -> None:
    with pytest.raises(InvalidImport) as caught:
        import_file(
            sqlite_db, DEPOTS, _collection(_feature(DEPOT), feature), format="geojson", now=NOW
        )
    assert {(each.row, each.field) for each in caught.value.rows} == {(2, field)}
    assert catalogue.count(sqlite_db, DEPOTS) == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"[]",
        b"7",
        b"{",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": 7}',
        b"[" * 100_000,
        b'{"a": 1, "a": 2}',
        b"[NaN]",
    ],
)
@pytest.mark.parametrize("form", ["json", "geojson"])
def test_a_document_of_the_wrong_form_is_refused(
    sqlite_db: Database, raw: bytes, form: Any
) -> None:
    with pytest.raises(InvalidImport) as caught:
        import_file(sqlite_db, DEPOTS, raw, format=form, now=NOW)
    assert [each.row for each in caught.value.rows] == [0]


def test_trucks_have_no_geojson(sqlite_db: Database) -> None:
    with pytest.raises(InvalidImport, match="trucks have no place"):
        import_file(sqlite_db, TRUCKS, _collection(), format="geojson", now=NOW)


def test_readings_of_a_file_go_where_those_of_a_batch_go(db: Database) -> None:
    fill_city(db)
    lines = ["sensor_id;time;fill;sequence;quality"]
    times = [a_reading(hours_ago=hour)["time"] for hour in range(10)]
    lines += [f"s-1;{time};0,{hour};{hour};0" for hour, time in enumerate(times)]
    lines += [lines[1], "s-1;yesterday;0,5;;", "s-77;;0,5;;", "s-1;too;many;cells;in;this;row"]
    seen: list[tuple[int, int]] = []
    result = import_readings(
        db, "\n".join(lines).encode(), now=NOW, on_progress=lambda *done: seen.append(done)
    )
    assert (result.accepted, result.duplicate, result.quarantined) == (10, 1, 3)
    assert [(each.index, each.reason) for each in result.problems] == [
        (11, "wrong_type"),
        (12, "missing_field"),
        (13, "malformed"),
    ]
    assert seen == [(14, 14)]
    kept = [json.loads(each.raw) for each in list_quarantine(db).items]
    assert ["s-1", "too", "many", "cells", "in", "this", "row"] in kept


def test_a_file_of_readings_without_its_columns_is_refused(sqlite_db: Database) -> None:
    with pytest.raises(InvalidImport) as caught:
        import_readings(sqlite_db, b"sensor_id,when,fill\ns-1,now,1\n", now=NOW)
    assert {each.field for each in caught.value.rows} == {"when", "time"}
    with pytest.raises(InvalidImport):
        import_readings(sqlite_db, b"{}", format="geojson", now=NOW)


def test_emptyings_are_all_or_nothing_and_known_ones_are_counted(db: Database) -> None:
    fill_city(db)
    good = "bin_id,time\nbin-1,2026-11-20T08:00:00+01:00\nbin-2,2026-11-20T07:00:00Z\n"
    first = import_emptyings(db, good.encode(), now=NOW)
    again = import_emptyings(db, good.encode(), now=NOW)
    assert (first.created, first.unchanged, again.created, again.unchanged) == (2, 0, 0, 2)
    bad = good + "bin-9,2026-11-20T07:00:00Z\nbin-1,2027-01-01T00:00:00Z\nbin-1,soon\n"
    with pytest.raises(InvalidImport) as caught:
        import_emptyings(db, bad.encode(), now=NOW)
    found = [(each.row, each.field) for each in caught.value.rows]
    assert found == [(3, "bin_id"), (4, "time"), (5, "time")]


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(RowProblem(3, "lat", "'x'", "this is no number")) == (
        "row 3, lat: this is no number (given: 'x')"
    )
    assert str(RowProblem(0, "", "", "the file is empty")) == "file: the file is empty"
