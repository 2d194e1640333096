from typing import Any

import pytest
from flask import Flask
from http_scene import Caller, Callers, ok, refused


def test_a_new_key_works_at_once_and_its_secret_is_never_shown_again(
    app: Flask, callers: Callers
) -> None:
    made = callers.admin.post("/v1/keys", {"role": "dispatcher", "name": "Anna"})
    body = ok(made, 201)
    assert ok(Caller(app, body["secret"]).get("/v1/bins"))
    assert body["secret"] not in callers.admin.get("/v1/keys").get_data(as_text=True)
    assert ok(callers.admin.get(made.headers["Location"]))["name"] == "Anna"
    assert made.headers["Cache-Control"] == "no-store"


def test_a_revoked_key_is_dead_at_once_and_again_is_the_same(app: Flask, callers: Callers) -> None:
    body = ok(callers.admin.post("/v1/keys", {"role": "dispatcher"}), 201)
    path = f"/v1/keys/{body['key']['id']}"
    ended = ok(callers.admin.delete(path))
    assert ended["revoked_at"] == "2026-11-24T06:00:00+01:00"
    refused(Caller(app, body["secret"]).get("/v1/bins"), 401, "unauthenticated")
    assert ok(callers.admin.delete(path)) == ended
    assert ok(callers.admin.get(path)) == ended


def test_keys_page_in_order_of_creation(callers: Callers) -> None:
    seen: list[str] = []
    path = "/v1/keys?limit=4"
    while path:
        page = ok(callers.admin.get(path))
        assert len(page["items"]) <= 4
        seen += [each["id"] for each in page["items"]]
        after = page["next_cursor"]
        path = f"/v1/keys?limit=4&cursor={after}" if after else ""
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen)
    refused(callers.admin.get("/v1/keys?cursor=!"), 422, "bad_cursor")
    refused(callers.admin.get("/v1/keys/none"), 404, "not_found")


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"role": "king"},
        {"role": "driver"},
        {"role": "driver", "truck_id": "T9"},
        {"role": "sensor"},
        {"role": "dispatcher", "truck_id": "T1"},
        {"role": "admin", "sensor_ids": ["sensor-1"]},
        {"role": "admin", "secret": "br_mine"},
    ],
)
def test_a_key_that_makes_no_sense_is_422(callers: Callers, wanted: dict[str, Any]) -> None:
    refused(callers.admin.post("/v1/keys", wanted), 422, "invalid")


def test_an_unknown_key_is_404(callers: Callers) -> None:
    refused(callers.admin.get("/v1/keys/none"), 404, "not_found")
    refused(callers.admin.delete("/v1/keys/none"), 404, "not_found")


def test_a_repeated_request_with_an_idempotency_key_makes_one_key(callers: Callers) -> None:
    key = {"Idempotency-Key": "for-anna"}
    wanted = {"role": "dispatcher", "name": "Anna"}
    made = ok(callers.admin.post("/v1/keys", wanted, headers=key), 201)
    again = refused(callers.admin.post("/v1/keys", wanted, headers=key), 409, "secret_shown_once")
    assert made["key"]["id"] in again["detail"]
    names = [each["name"] for each in ok(callers.admin.get("/v1/keys"))["items"]]
    assert names.count("Anna") == 1
