"""Bins, trucks, depots and disposal sites over HTTP."""

import json
from typing import Any

import pytest
from http_scene import DEPOT, SITE, Caller, a_bin, ok, refused, truck

THINGS: dict[str, dict[str, Any]] = {
    "bins": a_bin("B1"),
    "trucks": truck("T1"),
    "depots": DEPOT,
    "disposal-sites": SITE,
}
DETAILED = {"compartments", "shift", "fractions"}
"""Fields in which defaults are filled in, or whose order is the service's."""
CSV = "id,lon,lat,fraction,volume_l,name\n"


def path_of(kind: str) -> str:
    return f"/v1/{kind}/{THINGS[kind]['id']}"


@pytest.mark.parametrize("kind", THINGS)
def test_what_was_put_is_what_one_gets(town: Caller, kind: str) -> None:
    response = town.get(path_of(kind))
    body = ok(response)
    told = {name: body["item"][name] for name in THINGS[kind] if name not in DETAILED}
    assert told == {name: THINGS[kind][name] for name in told}
    assert body["version"] == 1
    assert body["created_at"] == "2026-11-24T06:00:00+01:00"
    assert response.headers["ETag"] == '"1"'


@pytest.mark.parametrize("kind", THINGS)
def test_an_edit_needs_the_version_it_edits(town: Caller, kind: str) -> None:
    changed = THINGS[kind] | {"name": "new name"}
    path = path_of(kind)
    assert refused(town.put(path, changed), 428, "precondition_required")
    assert refused(town.put(path, changed, headers={"If-Match": '"7"'}), 412, "version_mismatch")
    strange = refused(town.put(path, changed, headers={"If-Match": "x"}), 412, "version_mismatch")
    assert "not what If-Match says" in strange["detail"]
    edited = town.put(path, changed, headers={"If-Match": '"1"'})
    assert ok(edited)["item"]["name"] == "new name"
    assert edited.headers["ETag"] == '"2"'
    late = town.put(path, THINGS[kind], headers={"If-Match": '"1"'})
    refused(late, 412, "version_mismatch")
    assert late.headers["ETag"] == '"2"'
    assert ok(town.get(path))["item"]["name"] == "new name"


def test_of_two_who_edit_at_once_one_wins(town: Caller) -> None:
    seen = town.get("/v1/trucks/T1").headers["ETag"]
    first = town.put("/v1/trucks/T1", truck("T1") | {"name": "A"}, headers={"If-Match": seen})
    second = town.put("/v1/trucks/T1", truck("T1") | {"name": "B"}, headers={"If-Match": seen})
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_star_matches_whatever_is_there(town: Caller) -> None:
    star = {"If-Match": "*"}
    assert ok(town.put("/v1/bins/B1", a_bin("B1", name="x"), headers=star))["version"] == 2
    refused(town.put("/v1/bins/B9", a_bin("B9"), headers=star), 412, "version_mismatch")


def test_if_none_match_star_only_creates(town: Caller) -> None:
    new = {"If-None-Match": "*"}
    made = town.put("/v1/bins/B9", a_bin("B9"), headers=new)
    ok(made, 201)
    assert made.headers["Location"] == "/v1/bins/B9"
    refused(town.put("/v1/bins/B9", a_bin("B9"), headers=new), 412, "version_mismatch")


@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": '"1", "2"'},
        {"If-None-Match": '"1"'},
        {"If-None-Match": "*", "If-Match": '"1"'},
    ],
)
def test_a_precondition_that_makes_no_sense_is_422(town: Caller, headers: dict[str, str]) -> None:
    refused(town.put("/v1/bins/B1", a_bin("B1"), headers=headers), 422, "invalid_parameter")


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"x"', '""', '"1', '"99999999999999999999"'])
def test_a_tag_that_is_no_strong_version_never_matches(town: Caller, tag: str) -> None:
    response = town.put("/v1/bins/B1", a_bin("B1"), headers={"If-Match": tag})
    refused(response, 412, "version_mismatch")


@pytest.mark.parametrize("kind", ["trucks", "depots", "disposal-sites"])
def test_a_get_with_the_current_tag_is_304(town: Caller, kind: str) -> None:
    tag = town.get(path_of(kind)).headers["ETag"]
    again = town.get(path_of(kind), headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert town.get(path_of(kind), headers={"If-None-Match": '"0"'}).status_code == 200


def test_a_removal_needs_the_version_and_is_final(town: Caller) -> None:
    refused(town.delete("/v1/bins/B1"), 428, "precondition_required")
    refused(town.delete("/v1/bins/B1", headers={"If-Match": '"9"'}), 412, "version_mismatch")
    gone = town.delete("/v1/bins/B1", headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.get_data()) == (204, b"")
    refused(town.get("/v1/bins/B1"), 404, "not_found")
    refused(town.delete("/v1/bins/B1", headers={"If-Match": "*"}), 404, "not_found")


def test_a_depot_in_use_stays(town: Caller) -> None:
    refused(town.delete("/v1/depots/D1", headers={"If-Match": "*"}), 409, "in_use")


def test_a_sensor_is_on_one_bin_only(town: Caller) -> None:
    taken = a_bin("B9", sensor_id="sensor-1")
    refused(town.put("/v1/bins/B9", taken), 409, "sensor_taken")


def test_a_truck_without_its_depot_is_422(town: Caller) -> None:
    lost = truck("T9") | {"end_depot_id": "D9"}
    refused(town.put("/v1/trucks/T9", lost), 422, "invalid")


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_a_walk_by_cursor_sees_each_item_once_in_order(town: Caller, limit: int) -> None:
    bins = [a_bin(f"B{number}") for number in range(1, 24)]
    ok(town.post("/v1/bins/import", bins))
    seen: list[str] = []
    cursor = ""
    while True:
        page = ok(town.get(f"/v1/bins?limit={limit}{cursor}"))
        assert len(page["items"]) <= limit
        seen += [each["item"]["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == sorted(each["id"] for each in bins)


def test_a_bin_removed_during_a_walk_disturbs_nothing_else(town: Caller) -> None:
    first = ok(town.get("/v1/bins?limit=1"))
    town.delete("/v1/bins/B1", headers={"If-Match": "*"})
    rest = ok(town.get(f"/v1/bins?cursor={first['next_cursor']}"))
    assert [each["item"]["id"] for each in rest["items"]] == ["B2", "B3"]


def test_a_bin_comes_with_its_forecast(town: Caller) -> None:
    body = ok(town.get("/v1/bins/B1"))
    assert len(body["forecast"]["outlook"]) == 4
    assert body["forecast"]["outlook"][0]["at"].endswith("+01:00")
    assert body["forecast"]["reliability"] == "low"
    assert (body["readings"], body["last_emptying"]) == ([], None)


def test_a_csv_is_imported_and_counted(town: Caller) -> None:
    rows = CSV + "B1,12.551,55.68,residual,660,changed\nB7,12.56,55.68,paper,1100,Torvet\n"
    counts = ok(post_file(town, "text/csv", rows.encode()))
    assert counts == {"created": 1, "updated": 1, "unchanged": 0}
    assert ok(town.get("/v1/bins/B7"))["item"]["name"] == "Torvet"


def test_a_csv_with_byte_order_mark_semicolons_and_decimal_commas_is_read(town: Caller) -> None:
    text = "\ufeffid;lon;lat;fraction;volume_l\r\nB7;12,56;55,68;residual;660,5\r\n"
    assert ok(post_file(town, "text/csv; charset=utf-8", text.encode()))["created"] == 1
    assert ok(town.get("/v1/bins/B7"))["item"]["volume_l"] == 660.5


def test_geojson_is_imported(town: Caller) -> None:
    properties = {"id": "B7", "fraction": "residual", "volume_l": 660.0}
    point = {"type": "Point", "coordinates": [12.56, 55.68]}
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    document = {"type": "FeatureCollection", "features": [feature]}
    raw = json.dumps(document).encode()
    assert ok(post_file(town, "application/geo+json", raw))["created"] == 1


def test_a_bad_import_names_every_bad_row_and_changes_nothing(town: Caller) -> None:
    rows = (
        CSV + "B1,12.551,55.68,residual,660,changed\n"
        "B8,55.68,12.55,residual,660,swapped\n"
        "B9,12.56,55.68,residual,-5,negative\n"
    )
    body = refused(post_file(town, "text/csv", rows.encode()), 422, "invalid_import")
    assert {each["row"] for each in body["problems"]} == {2, 3}
    assert ok(town.get("/v1/bins/B1"))["item"]["name"] != "changed"
    refused(town.get("/v1/bins/B8"), 404, "not_found")


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"id\n", b"\x00" * 100, b'"'])
def test_a_file_that_is_none_is_422(town: Caller, raw: bytes) -> None:
    for media_type in ("text/csv", "application/geo+json", "application/json"):
        refused(post_file(town, media_type, raw), 422, "invalid_import")


def post_file(caller: Caller, media_type: str, raw: bytes) -> Any:
    return caller.post("/v1/bins/import", data=raw, headers={"Content-Type": media_type})
