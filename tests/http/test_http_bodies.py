"""Bad bodies, sent to every route that takes one: a 4xx with a stable code, never a 500."""

import gzip
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from http_scene import Caller, Callers, a_bin, a_problem, a_reading, ok, refused
from werkzeug.test import TestResponse

from api.http.contract import contract_of

GOOD = b'{"readings": []}'
MALFORMED = {
    "empty": b"",
    "white space": b" \n ",
    "cut": b'{"id": "B1"',
    "trailing": b"{} {}",
    "nested 100,000 deep": b"[" * 100_000,
    "nested, in a member": b'{"a":' * 20_000,
    "NaN": b'{"fill": NaN}',
    "Infinity": b'{"fill": Infinity}',
    "minus infinity": b'[{"fill": -Infinity}]',
    "a name twice": b'{"id": "B1", "id": "B2"}',
    "a name twice, one escaped": b'{"id": "B1", "\\u0069d": "B2"}',
    "a name twice, deep inside": b'[{"a": [{"id": 1, "id": 1}]}]',
    "a lone surrogate": b'{"id": "\\ud800"}',
    "a lone surrogate as a name": b'{"\\udfff": 1}',
    "wrong UTF-8": b'{"id": "\xff\xfe"}',
    "UTF-16": '{"id": "B1"}'.encode("utf-16"),
    "5,000 digits": b'{"id": ' + b"9" * 5000 + b"}",
    "single quotes": b"{'id': 1}",
    "a raw control character": b'{"id": "\x00"}',
}
LENIENT = ("/v1/readings",)
"""A batch with NaN is taken, and the reading with it put in quarantine."""


def routes_with_json(callers: Callers) -> Iterator[tuple[str, str]]:
    app = callers.nobody.app
    for rule in app.url_map.iter_rules():
        declared = contract_of(app.view_functions[rule.endpoint])
        if declared is not None and "application/json" in declared.takes:
            (method,) = (rule.methods or set()) - {"OPTIONS"}
            yield method, rule.rule.replace("<id>", "B1")


def who_may(callers: Callers, path: str) -> Caller:
    return callers.driver if "/drivers/" in path else callers.admin


def send(callers: Callers, method: str, path: str, body: bytes, **more: Any) -> TestResponse:
    headers = {"Content-Type": "application/json", **more.pop("headers", {})}
    return who_may(callers, path).send(method, path, data=body, headers=headers, **more)


def code_of(path: str) -> tuple[int, str]:
    """Imports name their bad rows, whatever is wrong with the file."""
    return (422, "invalid_import") if path.endswith("/import") else (400, "malformed")


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_json_is_refused_by_every_route(standing: Callers, name: str) -> None:
    for method, path in routes_with_json(standing):
        if path in LENIENT and "infinity" in name.lower() + "infinity" * (name == "NaN"):
            continue
        refused(send(standing, method, path, MALFORMED[name]), *code_of(path))


@pytest.mark.parametrize("body", [b"null", b"true", b"7", b'"text"', b"[]", b"[[]]", b"{}"])
def test_json_of_another_shape_is_refused_by_every_route(standing: Callers, body: bytes) -> None:
    for method, path in routes_with_json(standing):
        is_list = body.startswith(b"[") and path == "/v1/readings"
        if not is_list and (body, path[-7:]) != (b"[]", "/import"):
            code = "invalid_import" if path.endswith("/import") else "invalid"
            refused(send(standing, method, path, body), 422, code)


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/xml", "application/x-www-form-urlencoded"]
)
def test_another_media_type_is_refused_by_every_route(standing: Callers, media_type: str) -> None:
    for method, path in routes_with_json(standing):
        headers = {"Content-Type": media_type}
        refused(send(standing, method, path, GOOD, headers=headers), 415, "unsupported_media_type")


def test_another_charset_is_refused_by_every_route(standing: Callers) -> None:
    headers = {"Content-Type": "application/json; charset=latin-1"}
    for method, path in routes_with_json(standing):
        refused(send(standing, method, path, GOOD, headers=headers), 415, "unsupported_media_type")


def test_a_body_over_the_limit_is_413_on_every_route(standing: Callers) -> None:
    body = b" " * 200_001
    for method, path in routes_with_json(standing):
        refused(send(standing, method, path, body), 413, "body_too_large")


def test_a_chunked_body_over_the_limit_is_413_on_every_route(standing: Callers) -> None:
    for method, path in routes_with_json(standing):
        more = chunked(b" " * 200_001)
        refused(send(standing, method, path, b"", **more), 413, "body_too_large")


def test_a_body_shorter_than_announced_is_400_on_every_route(standing: Callers) -> None:
    for method, path in routes_with_json(standing):
        for ends in (True, False):
            environ = {"CONTENT_LENGTH": str(len(GOOD) + 10)}
            environ |= {"wsgi.input_terminated": True} if ends else {}
            response = send(standing, method, path, GOOD, environ_overrides=environ)
            refused(response, 400, "body_incomplete")


def test_a_body_that_swells_over_the_limit_is_413_on_every_route(standing: Callers) -> None:
    bomb = gzip.compress(b" " * 50_000_000, mtime=0)
    for method, path in routes_with_json(standing):
        response = send(standing, method, path, bomb, headers={"Content-Encoding": "gzip"})
        refused(response, 413, "body_too_large")


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("br", GOOD, 415, "unsupported_encoding"),
        ("gzip, gzip", gzip.compress(GOOD, mtime=0), 415, "unsupported_encoding"),
        ("gzip", GOOD, 400, "malformed"),
        ("gzip", gzip.compress(GOOD, mtime=0)[:-6], 400, "body_incomplete"),
        ("gzip", gzip.compress(GOOD, mtime=0) + b"more", 400, "malformed"),
        ("gzip", gzip.compress(GOOD, mtime=0) * 2, 400, "malformed"),
        ("gzip", b"", 400, "body_incomplete"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_refused(
    standing: Callers, encoding: str, body: bytes, status: int, code: str
) -> None:
    headers = {"Content-Encoding": encoding}
    refused(send(standing, "POST", "/v1/readings", body, headers=headers), status, code)


def test_a_gzipped_and_a_chunked_body_are_read_like_any_other(callers: Callers) -> None:
    raw = json.dumps({"readings": [a_reading()]}).encode()
    zipped = send(
        callers,
        "POST",
        "/v1/readings",
        gzip.compress(raw, mtime=0),
        headers={"Content-Encoding": "gzip"},
    )
    assert ok(zipped)["accepted"] == 1
    assert ok(send(callers, "POST", "/v1/readings", b"", **chunked(raw)))["duplicate"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"volume_l": -1.0}, "volume_l"),
        ({"volume_l": "660"}, "volume_l"),
        ({"volume_l": True}, "volume_l"),
        ({"volume_l": 10**400}, "volume_l"),
        ({"service_s": 1.5}, "service_s"),
        ({"service_s": 10**30}, "service_s"),
        ({"id": "../etc/passwd"}, "id"),
        ({"id": "B2"}, "id"),
        ({"name": "a\nb"}, "name"),
        ({"place": {"lon": 200.0, "lat": 55.0}}, "place.lon"),
        ({"place": {"lon": 55.68, "lat": 12.55}}, "place"),
        ({"hours": [{"opens": "12:00", "closes": "11:00"}]}, "hours[0]"),
        ({"hours": [{"opens": "25:61", "closes": "26:00"}]}, "hours[0].opens"),
        ({"fraction": None}, "fraction"),
    ],
)
def test_a_wrong_value_is_422_and_names_its_field(
    standing: Callers, change: dict[str, Any], field: str
) -> None:
    response = standing.dispatcher.put(
        "/v1/bins/B1", a_bin("B1") | change, headers={"If-Match": "*"}
    )
    body = refused(response, 422, "invalid")
    assert field in {each["field"] for each in body["problems"]}


def test_every_wrong_field_of_a_problem_is_named(standing: Callers) -> None:
    problem = a_problem()
    problem["trucks"][0]["colour"] = "red"
    problem["visits"][0]["volume_l"] = -1.0
    body = refused(standing.dispatcher.post("/v1/solve", problem), 422, "invalid")
    found = {each["field"] for each in body["problems"]}
    assert found >= {"trucks[0].colour", "visits[0].volume_l"}


def chunked(body: bytes) -> dict[str, Any]:
    """As gunicorn hands over a body of Transfer-Encoding: chunked."""
    return {
        "input_stream": io.BytesIO(body),
        "environ_overrides": {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    }
