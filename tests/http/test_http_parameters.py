import pytest
from http_scene import Callers, refused


@pytest.mark.parametrize(
    "path",
    [
        "/v1/bins?limit=0",
        "/v1/bins?limit=1001",
        "/v1/bins?limit=ten",
        "/v1/bins?limit=" + "9" * 5000,
        "/v1/bins?limit=1e3",
        "/v1/bins?colour=red",
        "/v1/bins?limit=1&limit=2",
        "/v1/bins/B1?limit=1",
        "/v1/bins/%00",
        "/v1/bins/a%20b",
        "/v1/bins/%F0%9F%9A%9B",
        "/v1/bins/%ff",
        "/v1/bins/" + "x" * 65,
        "/v1/plans?status=sleeping",
        "/v1/plans?service_date=2026-02-30",
        "/v1/plans?service_date=tomorrow",
        "/v1/plans?service_date=0",
        "/v1/plans?service_date=2026-11-24T00:00:00",
    ],
)
def test_a_wrong_parameter_is_422_and_named(standing: Callers, path: str) -> None:
    body = refused(standing.dispatcher.get(path), 422, "invalid_parameter")
    assert body["detail"]


@pytest.mark.parametrize("cursor", ["", "%00", "....", "é", "_____", "Zm9v!", "x" * 400])
def test_a_cursor_that_no_list_gave_is_422_or_the_end(standing: Callers, cursor: str) -> None:
    for path in ("/v1/bins", "/v1/plans", "/v1/quarantine"):
        response = standing.dispatcher.get(f"{path}?cursor={cursor}")
        if response.status_code != 200:
            refused(response, 422, "bad_cursor")


@pytest.mark.parametrize(
    "query",
    [
        "seconds=0",
        "seconds=-1",
        "seconds=nan",
        "seconds=inf",
        "seconds=1e9",
        "seed=-1",
        "seed=x",
        "second=1",
    ],
)
def test_solving_time_is_bounded(standing: Callers, query: str) -> None:
    refused(standing.dispatcher.post(f"/v1/solve?{query}", {}), 422, "invalid_parameter")


def test_the_request_id_is_kept_if_it_is_a_plain_word(standing: Callers) -> None:
    kept = standing.dispatcher.get("/livez", headers={"X-Request-Id": "phone-7.3"})
    assert kept.headers["X-Request-Id"] == "phone-7.3"
    for bad in ("a b", "x" * 65, "<script>", ""):
        made = standing.dispatcher.get("/livez", headers={"X-Request-Id": bad})
        assert made.headers["X-Request-Id"] not in {bad, ""}


@pytest.mark.parametrize("path", ["/livez", "/nope", "/v1/bins", "/v1/bins/none", "/openapi/"])
def test_every_answer_has_the_safe_headers_and_no_cookie(standing: Callers, path: str) -> None:
    headers = standing.dispatcher.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src" in headers["Content-Security-Policy"]
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/bins/", "//v1/bins", "/v1/bins/B1/x", "/.env", "/v2/bins", "/v1/%2e%2e/etc"],
)
def test_an_unknown_path_is_404_for_anyone(standing: Callers, path: str) -> None:
    refused(standing.dispatcher.get(path), 404, "unknown_path")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/bins"),
        ("PATCH", "/v1/bins/B1"),
        ("POST", "/livez"),
        ("OPTIONS", "/v1/plans"),
        ("TRACE", "/v1/plans"),
        ("BREW", "/v1/plans"),
    ],
)
def test_an_unknown_method_is_405_and_says_which_there_are(
    standing: Callers, method: str, path: str
) -> None:
    response = standing.dispatcher.send(method, path)
    refused(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]
