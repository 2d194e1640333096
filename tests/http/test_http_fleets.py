"""Every route x two fleets: what one has is not there for the other.

A route that is in none of the tables fails the first test.
"""

import json
import re
from typing import Any

import pytest
from flask import Flask
from http_planner import ports_of, take_all
from http_scene import (
    DEPOT,
    NOW,
    SITE,
    TODAY,
    Caller,
    Callers,
    a_bin,
    a_reading,
    an_event,
    ok,
    refused,
    truck,
)
from test_http_roles import routes
from test_http_schedules import NIGHTLY
from test_http_webhooks import HOOK
from werkzeug.test import TestResponse

from api.usecases.fleets import add_fleet
from api.usecases.keys import create_key
from api.usecases.planning import run_plan
from pictures_made import jpeg

PHOTO = "0190b6a0-0000-7000-8000-0000000000aa"
UNKNOWN = {"photos": "0190b6a0-0000-7000-8000-0000000000bb"}
"""What nobody has, where an id is of a form of its own."""
OWN_ITEMS = {
    "/v1/keys": 5,
    "/v1/audit": 8,
    "/v1/depots": 1,
    "/v1/disposal-sites": 1,
    "/v1/trucks": 1,
}
"""How many things the other fleet has in its lists."""
_ANY = {"If-Match": "*"}
_JPEG = {"Content-Type": "image/jpeg"}

BY_ID: dict[tuple[str, str], Any] = {
    ("GET", "/v1/plans/<id>"): None,
    ("DELETE", "/v1/plans/<id>"): None,
    ("GET", "/v1/plans/<id>/plan"): None,
    ("GET", "/v1/plans/<id>/problem"): None,
    ("POST", "/v1/plans/<id>/publish"): None,
    ("GET", "/v1/plans/<id>/changes"): None,
    ("POST", "/v1/plans/<id>/edits"): {"edits": [{"kind": "lock", "truck_id": "T1"}]},
    ("POST", "/v1/plans/<id>/replan"): {"freeze_until": NOW.isoformat()},
    ("POST", "/v1/plans/<id>/recommend"): {"bin_id": "B1"},
    ("GET", "/v1/plans/<a>/compare/<b>"): None,
    ("GET", "/v1/photos/<id>"): None,
    ("GET", "/v1/plans/<id>/events"): None,
    ("GET", "/v1/plans/<id>/progress"): None,
    ("POST", "/v1/keys/<id>/rotate"): {"grace_s": 0},
    ("PUT", "/v1/keys/<id>/devices"): {"sensor_ids": ["sensor-1"]},
    ("GET", "/v1/keys/<id>"): None,
    ("DELETE", "/v1/keys/<id>"): None,
    ("GET", "/v1/schedules/<id>"): None,
    ("DELETE", "/v1/schedules/<id>"): None,
    ("GET", "/v1/schedules/<id>/runs"): None,
    ("GET", "/v1/webhooks/<id>"): None,
    ("DELETE", "/v1/webhooks/<id>"): None,
    ("GET", "/v1/webhooks/<id>/deliveries"): None,
}
"""Routes that name something, with a body for those that take one: 404 for another fleet's."""
for _form in ("geojson", "gpx", "csv", "ical", "sheet"):
    BY_ID["GET", f"/v1/plans/<id>/{_form}"] = None
    BY_ID["GET", f"/v1/plans/<id>/routes/<truck_id>/{_form}"] = None
for _kind in ("bins", "trucks", "depots", "disposal-sites"):
    BY_ID["GET", f"/v1/{_kind}/<id>"] = None
    BY_ID["DELETE", f"/v1/{_kind}/<id>"] = None

LISTS = {
    "/v1/plans", "/v1/quarantine", "/v1/driver-events", "/v1/keys", "/v1/audit", "/v1/schedules",
    "/v1/webhooks", "/v1/bins", "/v1/trucks", "/v1/depots", "/v1/disposal-sites", "/metrics",
}  # fmt: skip
"""What they tell of one fleet is told to no other: see the tests of lists and figures."""

OWN = {
    ("POST", "/v1/readings"): "a device is looked for among the fleet's bins: tested below",
    ("POST", "/v1/plans"): "made of the fleet's trucks: tested below",
    ("POST", "/v1/plans/evaluate"): "of the fleet's plan of a date or of what the body says",
    ("POST", "/v1/solve"): "all is in the body",
    ("GET", "/v1/drivers/me/route"): "the key's truck: tested below",
    ("GET", "/v1/drivers/me/changes"): "the key's truck: tested below",
    ("POST", "/v1/drivers/me/events"): "the fleet's plans and trucks: tested below",
    ("PUT", "/v1/photos/<id>"): "a new one of the fleet's, whatever id it has: tested below",
    ("POST", "/v1/keys"): "a key of the fleet of who makes it: tested below",
    ("POST", "/v1/webhooks"): "a new one",
    ("PUT", "/v1/schedules/<id>"): "a new one of the fleet's: tested below",
    **{
        route: "a new one of the fleet's: tested below"
        for kind in ("bins", "trucks", "depots", "disposal-sites")
        for route in (("PUT", f"/v1/{kind}/<id>"), ("POST", f"/v1/{kind}/import"))
    },
}
"""Routes that name nothing of anybody's, or make it, and why that is no way to another fleet."""

OPEN = {
    "/livez", "/readyz", "/v1/problems/<code>", "/openapi/", "/openapi/start.js",
    "/openapi/openapi.json", "/openapi/assets/<name>",
}  # fmt: skip
"""They tell nothing of any fleet."""


def test_every_route_has_its_rule(app: Flask) -> None:
    ruled = {*BY_ID, *OWN, *(("GET", path) for path in LISTS | OPEN)}
    assert routes(app) == ruled
    assert len(ruled) == len(BY_ID) + len(OWN) + len(LISTS) + len(OPEN)


@pytest.fixture
def other(app: Flask) -> Callers:
    """Callers of another fleet, which has a depot, a site and a truck of the same ids."""
    db = ports_of(app).db
    add_fleet(db, "other", now=NOW)
    admin = Caller(app, create_key(db.of("other"), role="admin", now=NOW).secret)
    ok(admin.put("/v1/depots/D1", DEPOT), 201)
    ok(admin.put("/v1/disposal-sites/S1", SITE), 201)
    ok(admin.put("/v1/trucks/T1", truck("T1")), 201)
    scopes: dict[str, Any] = {
        "sensor": {"role": "sensor", "sensor_prefix": ""},
        "driver": {"role": "driver", "truck_id": "T1"},
        "dispatcher": {"role": "dispatcher"},
        "monitor": {"role": "monitor"},
    }
    made = {name: create_key(db.of("other"), now=NOW, **each) for name, each in scopes.items()}
    callers = {name: Caller(app, each.secret) for name, each in made.items()}
    return Callers(nobody=Caller(app), admin=admin, revoked=Caller(app), **callers)


@pytest.fixture
def ids(callers: Callers, plan_id: str) -> dict[str, str]:
    """By kind of thing, the id of one that the main fleet has and the other has not."""
    admin = callers.admin
    ok(admin.put("/v1/schedules/nightly", NIGHTLY), 201)
    ok(admin.put("/v1/depots/D2", {**DEPOT, "id": "D2"}), 201)
    ok(admin.put("/v1/disposal-sites/S2", {**SITE, "id": "S2"}), 201)
    ok(callers.driver.put(f"/v1/photos/{PHOTO}", data=jpeg(), headers=_JPEG), 201)
    sensor = ok(admin.post("/v1/keys", {"role": "sensor", "sensor_ids": ["s"]}), 201)
    return {
        "plans": plan_id,
        "photos": PHOTO,
        "keys": sensor["key"]["id"],
        "schedules": "nightly",
        "webhooks": ok(admin.post("/v1/webhooks", HOOK), 201)["webhook"]["id"],
        "bins": "B1",
        "trucks": "T2",
        "depots": "D2",
        "disposal-sites": "S2",
    }


def _asked(caller: Caller, route: tuple[str, str], item_id: str) -> TestResponse:
    method, rule = route
    path = re.sub("<(id|a|b)>", item_id, rule).replace("<truck_id>", "T1")
    return caller.send(method, path, BY_ID[route], headers=_ANY if method != "GET" else {})


def test_what_another_fleet_has_is_as_unknown_as_what_nobody_has(
    callers: Callers, other: Callers, ids: dict[str, str]
) -> None:
    for route in BY_ID:
        kind = route[1].split("/")[2]
        wrong = UNKNOWN.get(kind, "nobody-s")
        theirs = refused(_asked(other.admin, route, ids[kind]), 404, "not_found")
        nobodys = refused(_asked(other.admin, route, wrong), 404, "not_found")
        assert theirs["detail"] == nobodys["detail"].replace(wrong, ids[kind]), route
    # and the fleet whose it is finds it, as it was
    deletes_last = sorted(BY_ID, key=lambda each: each[0] == "DELETE")
    for route in (each for each in deletes_last if each[0] == "GET"):
        found = _asked(callers.admin, route, ids[route[1].split("/")[2]])
        assert found.status_code == 200, (route, found.get_data()[:200])
        found.close()


def test_lists_tell_of_the_own_fleet_alone(
    callers: Callers, other: Callers, ids: dict[str, str]
) -> None:
    ok(callers.sensor.post("/v1/readings", [a_reading(1, fill=7)]))
    event = an_event(ids["plans"], "B1")
    ok(callers.driver.post("/v1/drivers/me/events", {"events": [event]}))
    days = {"/v1/driver-events": f"?service_date={TODAY}"}
    for path in sorted(LISTS - {"/metrics"}):
        mine = ok(callers.admin.get(path + days.get(path, "")))
        theirs = ok(other.admin.get(path + days.get(path, "")))
        assert mine["items"], path
        told = json.dumps(theirs)
        assert not [each for each in ids.values() if f'"{each}"' in told], path
        assert len(theirs["items"]) == OWN_ITEMS.get(path, 0), path


def test_figures_tell_of_the_own_fleet_alone(callers: Callers, other: Callers) -> None:
    ok(callers.sensor.post("/v1/readings", [a_reading(1), a_reading(2)]))
    mine, theirs = (
        each.monitor.get("/metrics").get_data(as_text=True) for each in (callers, other)
    )
    assert 'binrounds_plans{status="published"} 1.0' in mine
    assert "binrounds_plans{" not in theirs
    assert 'binrounds_readings_total{outcome="accepted"} 2.0' in mine
    assert "binrounds_readings_total{" not in theirs
    assert 'route="/v1/readings"' in mine
    assert 'route="/v1/readings"' not in theirs


def test_both_fleets_have_things_of_the_same_ids(callers: Callers, other: Callers) -> None:
    ok(other.admin.put("/v1/bins/B1", a_bin("B1", name="theirs")), 201)
    ok(other.admin.post("/v1/bins/import", [a_bin("B2")]))
    ok(other.admin.put("/v1/schedules/nightly", NIGHTLY), 201)
    ok(callers.driver.put(f"/v1/photos/{PHOTO}", data=jpeg(), headers=_JPEG), 201)
    ok(other.driver.put(f"/v1/photos/{PHOTO}", data=jpeg(9, 9), headers=_JPEG), 201)
    assert ok(callers.admin.get("/v1/bins/B1"))["item"]["name"] == a_bin("B1")["name"]
    assert ok(other.admin.delete("/v1/bins/B1", headers=_ANY), 204) is None
    assert ok(callers.admin.get("/v1/bins/B1"))["item"]["id"] == "B1"


def test_a_tag_of_one_fleet_is_none_of_the_other(callers: Callers, other: Callers) -> None:
    ok(other.admin.put("/v1/bins/B1", a_bin("B1", name="theirs")), 201)
    tag = callers.admin.get("/v1/bins").headers.get("ETag", '"none"')
    answered = other.admin.get("/v1/bins", headers={"If-None-Match": tag})
    assert [each["item"]["name"] for each in ok(answered)["items"]] == ["theirs"]


def test_a_device_is_looked_for_among_the_fleet_s_own_bins(
    callers: Callers, other: Callers
) -> None:
    told = ok(other.sensor.post("/v1/readings", [a_reading(1)]))
    assert [each["reason"] for each in told["problems"]] == ["unknown_sensor"]
    assert ok(callers.admin.get("/v1/quarantine"))["items"] == []
    ok(other.admin.put("/v1/bins/B1", a_bin("B1")), 201)
    assert ok(other.sensor.post("/v1/readings", [a_reading(1, sequence=2)]))["accepted"] == 1
    assert ok(callers.admin.get("/v1/bins/B1"))["readings"] == []


def test_a_driver_sees_and_reports_on_plans_of_the_own_fleet(
    callers: Callers, other: Callers, plan_id: str
) -> None:
    ok(callers.driver.get("/v1/drivers/me/route"))  # it is kept ready from here on
    refused(other.driver.get("/v1/drivers/me/route"), 404, "not_found")
    refused(other.driver.get("/v1/drivers/me/changes?since=x"), 404, "not_found")
    batch = {"events": [an_event(plan_id, "B1")]}
    told = ok(other.driver.post("/v1/drivers/me/events", batch))
    assert told["outcomes"][0]["outcome"] == "rejected"
    assert ok(callers.admin.get(f"/v1/driver-events?service_date={TODAY}"))["items"] == []


def test_the_same_idempotency_key_is_another_in_another_fleet(
    callers: Callers, other: Callers
) -> None:
    once = {"Idempotency-Key": "one"}
    mine = ok(callers.admin.post("/v1/plans", {"service_date": TODAY}, headers=once), 202)
    theirs = ok(other.admin.post("/v1/plans", {"service_date": TODAY}, headers=once), 202)
    assert mine["id"] != theirs["id"]
    refused(other.admin.get(f"/v1/plans/{mine['id']}"), 404, "not_found")


def test_a_key_that_an_admin_makes_is_of_the_admin_s_fleet(
    callers: Callers, other: Callers
) -> None:
    secret = ok(other.admin.post("/v1/keys", {"role": "dispatcher"}), 201)["secret"]
    found = ok(Caller(other.nobody.app, secret).get("/v1/bins"))["items"]
    assert found == []
    assert len(ok(callers.admin.get("/v1/bins"))["items"]) == 3
    body = {"role": "driver", "truck_id": "T2"}
    refused(other.admin.post("/v1/keys", body), 422, "invalid")


def test_a_plan_of_one_fleet_is_made_of_what_it_has(app: Flask, other: Callers) -> None:
    ok(other.admin.put("/v1/bins/B9", a_bin("B9")), 201)
    made = ok(other.admin.post("/v1/plans", {"service_date": TODAY}), 202)
    run_plan(
        ports_of(app).db.of("other"),
        made["id"],
        settings=ports_of(app).settings,
        clock=ports_of(app).clock,
        planner=take_all,
    )
    problem = ok(other.admin.get(f"/v1/plans/{made['id']}/problem"))
    assert [each["id"] for each in problem["trucks"]] == ["T1"]
    assert [each["id"] for each in problem["visits"]] == ["B9"]
