"""The driver's phone: the day on one request, events in batches, what changed."""

import gzip
import json
from typing import Any

import pytest
from http_scene import TODAY, Callers, an_event, ok, refused

ROUTE = f"/v1/drivers/me/route?date={TODAY}"
CHANGES = f"/v1/drivers/me/changes?date={TODAY}&since="
EVENTS = "/v1/drivers/me/events"
ZIPPED = {"Accept-Encoding": "br, gzip"}


def outcomes(callers: Callers, *events: dict[str, Any]) -> list[str]:
    body = ok(callers.driver.post(EVENTS, {"events": list(events)}))
    return [each["outcome"] for each in body["outcomes"]]


def test_a_driver_sees_the_day_of_the_own_truck(callers: Callers, plan_id: str) -> None:
    body = ok(callers.driver.get(ROUTE))
    assert (body["plan_id"], body["truck"]["id"]) == (plan_id, "T1")
    assert body["state"]["stops"] == []
    assert body["route"]["steps"][1]["arrival"].endswith("+01:00")
    cards = {each["ref"]: each for each in body["cards"]}
    assert cards["B1"]["links"]["geo"].startswith("geo:55.680000,12.551000?q=")
    assert set(cards) == {each["ref"] for each in body["route"]["steps"] if each["ref"]}
    assert ok(callers.driver.get("/v1/drivers/me/route")) == body


def test_a_day_that_is_known_is_not_sent_again(callers: Callers, plan_id: str) -> None:
    response = callers.driver.get(ROUTE)
    tag = response.headers["ETag"]
    assert tag == f'"{ok(response)["version"]}"'
    known = callers.driver.get(ROUTE, headers={"If-None-Match": tag})
    assert (known.status_code, known.get_data()) == (304, b"")
    outcomes(callers, an_event(plan_id, "B1"))
    assert callers.driver.get(ROUTE, headers={"If-None-Match": tag}).status_code == 200


def test_a_day_is_gzipped_for_whoever_takes_that_under_a_tag_of_its_own(
    callers: Callers, plan_id: str
) -> None:
    plain, zipped = callers.driver.get(ROUTE), callers.driver.get(ROUTE, headers=ZIPPED)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert gzip.decompress(zipped.get_data()) == plain.get_data()
    assert len(zipped.get_data()) < len(plain.get_data()) / 2
    tag = zipped.headers["ETag"]
    assert tag != plain.headers["ETag"]
    known = callers.driver.get(ROUTE, headers=ZIPPED | {"If-None-Match": tag})
    assert (known.status_code, known.get_data()) == (304, b"")
    assert callers.driver.get(ROUTE, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("header", ["identity", "gzip;q=0", "br", "*", ""])
def test_nothing_is_gzipped_for_whoever_does_not_ask(
    callers: Callers, plan_id: str, header: str
) -> None:
    response = callers.driver.get(ROUTE, headers={"Accept-Encoding": header})
    assert "Content-Encoding" not in response.headers
    assert ok(response)["plan_id"] == plan_id


def test_no_plan_for_the_day_is_404(callers: Callers, plan_id: str) -> None:
    refused(callers.driver.get("/v1/drivers/me/route?date=2026-12-24"), 404, "not_found")


def test_events_count_once_however_often_they_are_sent(callers: Callers, plan_id: str) -> None:
    event = an_event(plan_id, "B1")
    assert outcomes(callers, event, event) == ["recorded", "duplicate"]
    assert outcomes(callers, event) == ["duplicate"]
    (stop,) = ok(callers.driver.get(ROUTE))["state"]["stops"]
    assert (stop["visit_id"], stop["kind"]) == ("B1", "done")
    assert stop["time"] == "2026-11-24T05:30:00+01:00"
    assert ok(callers.dispatcher.get("/v1/bins/B1"))["last_emptying"]["source"] == "driver"


def test_what_changed_is_told_in_little(callers: Callers, plan_id: str) -> None:
    version = ok(callers.driver.get(ROUTE))["version"]
    outcomes(callers, an_event(plan_id, "B1"))
    news = ok(callers.driver.get(CHANGES + version))
    assert news["day"] is None
    assert [each["visit_id"] for each in news["state"]["stops"]] == ["B1"]
    assert ok(callers.driver.get(CHANGES + news["version"]))["state"]["stops"] == []
    assert ok(callers.driver.get(CHANGES + "unknown"))["day"] == ok(callers.driver.get(ROUTE))
    refused(callers.driver.get("/v1/drivers/me/changes"), 422, "invalid_parameter")


def test_an_id_used_for_another_event_is_told(callers: Callers, plan_id: str) -> None:
    assert outcomes(callers, an_event(plan_id, "B1")) == ["recorded"]
    assert outcomes(callers, an_event(plan_id, "B2")) == ["conflicting"]


def test_an_event_of_the_future_or_of_no_plan_is_told(callers: Callers, plan_id: str) -> None:
    future = an_event(plan_id, "B1", time="2026-11-25T05:00:00Z")
    lost = an_event("none", "B1", id="0190b6a0-0000-7000-8000-000000000002")
    assert outcomes(callers, future, lost) == ["rejected", "rejected"]


def test_another_drivers_truck_is_404(callers: Callers, plan_id: str) -> None:
    event = an_event(plan_id, "B1", truck_id="T2")
    refused(callers.driver.post(EVENTS, {"events": [event]}), 404, "not_found")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "skipped"}, "events[0].reason"),
        ({"kind": "done", "reason": "blocked"}, "events[0].reason"),
        ({"kind": "skipped", "reason": "rain"}, "events[0].reason"),
        ({"kind": "skipped", "reason": "not_full", "forced": True}, "events[0]"),
        ({"kind": "exploded"}, "events[0]"),
        ({"kind": ["done"]}, "events[0]"),
        ({"time": "2026-11-24T04:30:00"}, "events[0].time"),
        ({"id": "not-a-uuid"}, "events[0].id"),
        ({"colour": "red"}, "events[0].colour"),
        ({"place": {"lon": 12.5}}, "events[0].place.lat"),
    ],
)
def test_an_event_that_makes_no_sense_is_422_and_says_where(
    callers: Callers, plan_id: str, change: dict[str, Any], field: str
) -> None:
    event = an_event(plan_id, "B1", **change)
    body = refused(callers.driver.post(EVENTS, {"events": [event]}), 422, "invalid")
    assert field in [each["field"] for each in body["problems"]]


def test_a_phones_whole_day_goes_in_with_one_request_gzipped(
    callers: Callers, plan_id: str
) -> None:
    place = {"lon": 12.55, "lat": 55.68}
    told: list[dict[str, Any]] = [
        {"kind": "done", "visit_id": "B1", "fill": 0.8, "place": place},
        {"kind": "skipped", "visit_id": "B2", "reason": "not_full", "note": "næsten tom"},
        {"kind": "fill_seen", "visit_id": "B3", "fill": 0.4},
        {"kind": "unloaded", "site_id": "S1", "mass_kg": 3120.5, "ticket": "W-77"},
        {"kind": "problem", "code": "litter_around", "visit_id": "B3"},
        {"kind": "break", "phase": "began"},
        {"kind": "position", "place": place, "accuracy_m": 8},
    ]
    common = {"plan_id": plan_id, "truck_id": "T1", "time": "2026-11-24T04:30:00Z"}
    events = [
        {**common, **each, "id": f"0190b6a0-0000-7000-8000-{n:012x}"} for n, each in enumerate(told)
    ]
    raw = gzip.compress(json.dumps({"events": events}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    ok(callers.driver.post(EVENTS, data=raw, headers=headers))
    progress = ok(callers.dispatcher.get(f"/v1/plans/{plan_id}/progress"))
    assert (progress["done"], progress["skipped"], progress["left"]) == (1, 1, 1)
    (truck,) = [each for each in progress["trucks"] if each["truck_id"] == "T1"]
    assert (truck["unloaded_kg"], truck["problems"], truck["position"]["place"]) == (
        3120.5,
        1,
        place,
    )
    page = ok(callers.dispatcher.get(f"/v1/driver-events?service_date={TODAY}&kind=problem"))
    assert [each["event"]["code"] for each in page["items"]] == ["litter_around"]
    refused(callers.dispatcher.get("/v1/driver-events"), 422, "invalid_parameter")
    refused(callers.dispatcher.get("/v1/plans/none/progress"), 404, "not_found")
