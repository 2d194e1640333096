"""Pictures over HTTP: taken as pictures, served as pictures."""

import pytest
from flask import Flask
from http_planner import ports_of
from http_scene import Caller, Callers, ok, refused
from werkzeug.test import TestResponse

from api.usecases.keys import create_key
from pictures_made import jpeg, png

PHOTO = "/v1/photos/0190b6a0-0000-7000-8000-00000000000f"


def put(callers: Callers, raw: bytes, kind: str = "image/jpeg", path: str = PHOTO) -> TestResponse:
    return callers.driver.put(path, data=raw, headers={"Content-Type": kind})


def test_a_picture_is_kept_once_and_seen_by_driver_and_dispatcher(callers: Callers) -> None:
    kept = ok(put(callers, jpeg(640, 480)), 201)
    assert (kept["truck_id"], kept["width"], kept["height"]) == ("T1", 640, 480)
    assert ok(put(callers, jpeg(640, 480))) == kept
    for who in (callers.driver, callers.dispatcher, callers.admin):
        assert who.get(PHOTO).get_data() == jpeg(640, 480)


def test_a_picture_is_served_so_that_no_browser_runs_anything_of_it(callers: Callers) -> None:
    ok(put(callers, jpeg(comment=b"<script>alert(1)</script>") + b"<script>"), 201)
    response = callers.dispatcher.get(PHOTO)
    assert response.content_type == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert not response.get_data().endswith(b"<script>")
    known = callers.dispatcher.get(PHOTO, headers={"If-None-Match": response.headers["ETag"]})
    assert known.status_code == 304


def test_another_drivers_picture_is_404(app: Flask, callers: Callers) -> None:
    ok(put(callers, png(), "image/png"), 201)
    at = ports_of(app)
    other = create_key(at.db, role="driver", truck_id="T2", now=at.clock())
    refused(Caller(app, other.secret).get(PHOTO), 404, "not_found")


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"<html><script>alert(1)</script>", "image/jpeg", 422, "bad_picture"),
        (b"", "image/png", 422, "bad_picture"),
        (png(), "image/jpeg", 422, "bad_picture"),
        (jpeg()[:-1], "image/jpeg", 422, "bad_picture"),
        (b"<svg/>", "image/svg+xml", 415, "unsupported_media_type"),
        (b"<html>", "text/html", 415, "unsupported_media_type"),
        (jpeg(comment=bytes(60_000)) + bytes(5_000_000), "image/jpeg", 413, "body_too_large"),
    ],
)
def test_what_is_no_picture_is_refused(
    callers: Callers, raw: bytes, kind: str, status: int, code: str
) -> None:
    refused(put(callers, raw, kind), status, code)
    refused(callers.dispatcher.get(PHOTO), 404, "not_found")


def test_an_id_is_a_uuid_and_belongs_to_one_picture(callers: Callers) -> None:
    refused(put(callers, jpeg(), path="/v1/photos/holiday"), 422, "invalid_parameter")
    ok(put(callers, jpeg()), 201)
    refused(put(callers, jpeg(9, 9)), 409, "photo_exists")
