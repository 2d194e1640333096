"""Every route that changes something leaves its caller's name; the rest say why they do not."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from http_planner import run
from http_scene import DEPOT, SITE, TODAY, Callers, a_bin, ok, truck
from test_http_roles import routes
from werkzeug.test import TestResponse

ANY = {"If-Match": "*"}
Act = Callable[[Callers, str], TestResponse]


def _key(callers: Callers, **scope: Any) -> str:
    made = callers.admin.post("/v1/keys", {"role": "admin", **scope})
    return f"/v1/keys/{ok(made, 201)['key']['id']}"


def _sensor(callers: Callers) -> str:
    return _key(callers, role="sensor", sensor_prefix="a-")


def _webhook(callers: Callers) -> TestResponse:
    return callers.admin.post("/v1/webhooks", {"url": "https://93.184.215.14/hook"})


def _schedule(callers: Callers) -> TestResponse:
    body = {"id": "s1", "at": "04:00"}
    return callers.admin.put("/v1/schedules/s1", body)


def _cancelled(callers: Callers) -> TestResponse:
    plan = ok(callers.admin.post("/v1/plans", {"service_date": TODAY}), 202)["id"]
    return callers.admin.delete(f"/v1/plans/{plan}")


def _published(callers: Callers, plan_id: str) -> TestResponse:
    """Another plan comes between, so that this one is published once more."""
    wanted = {"service_date": TODAY, "publish": True}
    other = ok(callers.admin.post("/v1/plans", wanted), 202)["id"]
    run(callers.admin.app, other)
    return callers.admin.post(f"/v1/plans/{plan_id}/publish", headers=ANY)


AUDITED: dict[tuple[str, str], tuple[str, Act]] = {
    ("POST", "/v1/keys"): ("created", lambda w, _: w.admin.post("/v1/keys", {"role": "admin"})),
    ("DELETE", "/v1/keys/<id>"): ("revoked", lambda w, _: w.admin.delete(_key(w))),
    ("POST", "/v1/keys/<id>/rotate"): (
        "rotated", lambda w, _: w.admin.post(f"{_key(w)}/rotate", {"grace_s": 0})
    ),
    ("PUT", "/v1/keys/<id>/devices"): (
        "devices", lambda w, _: w.admin.put(f"{_sensor(w)}/devices", {"sensor_prefix": "b-"})
    ),
    ("POST", "/v1/plans"): (
        "queued", lambda w, _: w.admin.post("/v1/plans", {"service_date": TODAY})
    ),
    ("POST", "/v1/plans/<id>/replan"): (
        "queued",
        lambda w, plan: w.admin.post(f"/v1/plans/{plan}/replan", {"freeze_until": None}),
    ),
    ("DELETE", "/v1/plans/<id>"): ("cancelled", lambda w, _: _cancelled(w)),
    ("POST", "/v1/plans/<id>/publish"): ("published", _published),
    ("POST", "/v1/plans/<id>/edits"): (
        "edited",
        lambda w, plan: w.admin.post(
            f"/v1/plans/{plan}/edits",
            {"edits": [{"kind": "exclude", "visit_id": "B3"}]},
            headers=ANY,
        ),
    ),
    ("POST", "/v1/webhooks"): ("created", lambda w, _: _webhook(w)),
    ("DELETE", "/v1/webhooks/<id>"): (
        "deleted",
        lambda w, _: w.admin.delete(f"/v1/webhooks/{ok(_webhook(w), 201)['webhook']['id']}"),
    ),
    ("PUT", "/v1/schedules/<id>"): ("created", lambda w, _: _schedule(w)),
    ("DELETE", "/v1/schedules/<id>"): (
        "deleted", lambda w, _: [_schedule(w), w.admin.delete("/v1/schedules/s1", headers=ANY)][-1]
    ),
}  # fmt: skip
for _name, _item in {
    "bins": a_bin("B9"),
    "trucks": truck("T9"),
    "depots": DEPOT | {"id": "D9"},
    "disposal-sites": SITE | {"id": "S9"},
}.items():
    _at = f"/v1/{_name}/{_item['id']}"
    AUDITED |= {
        ("PUT", f"/v1/{_name}/<id>"): (
            "created", lambda w, _, at=_at, item=_item: w.admin.put(at, item)
        ),
        ("POST", f"/v1/{_name}/import"): (
            "imported",
            lambda w, _, name=_name, item=_item: w.admin.post(f"/v1/{name}/import", [item]),
        ),
        ("DELETE", f"/v1/{_name}/<id>"): (
            "deleted",
            lambda w, _, at=_at, item=_item: [
                w.admin.put(at, item), w.admin.delete(at, headers=ANY)
            ][-1],
        ),
    }  # type: ignore[dict-item]  # fmt: skip
NO_CHANGE = {
    ("POST", "/v1/readings"): "readings carry their sensor, refused ones their key",
    ("POST", "/v1/drivers/me/events"): "events carry the key that sent them",
    ("PUT", "/v1/photos/<id>"): "a picture carries the key that sent it, and is never changed",
    ("POST", "/v1/solve"): "nothing is kept",
    ("POST", "/v1/plans/evaluate"): "nothing is kept",
    ("POST", "/v1/plans/<id>/recommend"): "nothing is kept",
}


def test_every_route_that_changes_something_is_in_one_of_the_tables(app: Flask) -> None:
    changing = {each for each in routes(app) if each[0] != "GET"}
    assert changing == {*AUDITED, *NO_CHANGE}


@pytest.mark.parametrize("route", AUDITED, ids=" ".join)
def test_a_change_names_its_caller_and_its_request(
    callers: Callers, plan_id: str, route: tuple[str, str]
) -> None:
    action, act = AUDITED[route]
    response = act(callers, plan_id)
    assert response.status_code < 300, response.get_data()
    entries = ok(callers.admin.get("/v1/audit?limit=5"))["items"]
    (entry, *_) = [each for each in entries if each["action"] == action]
    assert entry["key_id"] == str(callers.admin.secret).split("_")[1]
    assert entry["request_id"] == response.headers["X-Request-Id"]
    kind = route[1].split("/")[2].replace("-", "_")
    assert entry["kind"] == kind


def test_the_trail_is_filtered_by_kind_thing_and_key(callers: Callers) -> None:
    ok(callers.dispatcher.put("/v1/bins/B9", a_bin("B9")), 201)
    me = str(callers.dispatcher.secret).split("_")[1]
    for query in ("kind=bins&ref=B9", f"key_id={me}"):
        (entry,) = ok(callers.admin.get(f"/v1/audit?{query}"))["items"]
        assert (entry["ref"], entry["action"], entry["key_id"]) == ("B9", "created", me)
