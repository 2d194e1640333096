"""Seen from outside: metrics, logs with the request's id, readiness part by part."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from http_planner import ports_of
from http_scene import Callers, a_reading, an_event, ok
from prometheus_client.parser import text_string_to_metric_families

from api.logs import set_up_logs


def figures(callers: Callers) -> dict[str, float]:
    """`name{label=value}` -> figure, as Prometheus reads them."""
    response = callers.monitor.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    return {
        each.name + "".join(f"{{{k}={v}}}" for k, v in sorted(each.labels.items())): each.value
        for family in text_string_to_metric_families(response.get_data(as_text=True))
        for each in family.samples
    }


def test_metrics_tell_of_plans_queue_workers_and_cost(callers: Callers, plan_id: str) -> None:
    found = figures(callers)
    assert found["binrounds_plans{status=published}"] == 1
    assert found["binrounds_queue_age_seconds"] == 0
    assert found["binrounds_workers"] == 0
    assert found["binrounds_solve_seconds_count"] == 1
    assert found["binrounds_solve_seconds_bucket{le=+Inf}"] == 1
    cost = ok(callers.dispatcher.get(f"/v1/plans/{plan_id}"))["cost_eur"]
    assert found["binrounds_published_plan_cost_eur"] == pytest.approx(cost)


def test_metrics_count_what_came_in(callers: Callers, plan_id: str) -> None:
    batch = [a_reading(1), a_reading(2), {}]
    for _ in range(2):
        ok(callers.sensor.post("/v1/readings", {"readings": batch}))
    ok(callers.driver.post("/v1/drivers/me/events", {"events": [an_event(plan_id, "B1")]}))
    found = figures(callers)
    assert found["binrounds_readings_total{outcome=accepted}"] == 2
    assert found["binrounds_readings_total{outcome=duplicate}"] == 2
    assert found["binrounds_readings_total{outcome=quarantined}"] == 2
    assert found["binrounds_quarantine{reason=missing_field}"] == 1
    assert found["binrounds_driver_events_total{outcome=recorded}"] == 1
    assert found["binrounds_last_reading_age_seconds"] == 3600
    name = "binrounds_request_seconds_count{method=POST}{route=/v1/readings}{status=200}"
    assert found[name] == 2


def test_requests_are_counted_by_route_and_never_by_path(callers: Callers) -> None:
    for path in ("/v1/bins/B1", "/v1/bins/B2", "/nowhere/1", "/nowhere/2"):
        callers.dispatcher.get(path)
    callers.dispatcher.send("BREW", "/v1/bins")
    names = [
        name for name in figures(callers) if name.startswith("binrounds_request_seconds_count")
    ]
    assert "binrounds_request_seconds_count{method=GET}{route=/v1/bins/<id>}{status=200}" in names
    assert "binrounds_request_seconds_count{method=}{route=}{status=404}" in names
    assert not [name for name in names if "B1" in name or "nowhere" in name or "BREW" in name]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON, from info up."""
    said = io.StringIO()
    set_up_logs("json", "info", said)
    yield said
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], level=logging.WARNING, force=True)


def read(said: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_request_is_one_line_with_its_id_route_and_key(
    callers: Callers, lines: io.StringIO
) -> None:
    callers.dispatcher.get("/v1/bins/B1", headers={"X-Request-Id": "phone-7"})
    callers.nobody.get("/livez")
    (line,) = read(lines)
    assert (line["event"], line["level"], line["request_id"]) == ("request", "info", "phone-7")
    assert (line["route"], line["status"], line["role"]) == ("/v1/bins/<id>", 200, "dispatcher")
    assert line["key_id"] == str(callers.dispatcher.secret).split("_")[1]
    assert isinstance(line["ms"], float)


def test_whatever_is_logged_within_a_request_names_it_and_no_secret_is_logged(
    app: Flask, callers: Callers, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        logging.getLogger("api.usecases").warning("about to fall")
        raise RuntimeError("oops")

    monkeypatch.setattr("api.http.plans.plans.list_plans", broken)
    callers.dispatcher.get("/v1/plans", headers={"X-Request-Id": "r-1"})
    warned, failed, request = read(lines)
    assert (warned["event"], warned["logger"]) == ("about to fall", "api.usecases")
    assert {each["request_id"] for each in (warned, failed, request)} == {"r-1"}
    assert "RuntimeError: oops" in str(failed["trace"])
    assert request["status"] == 500
    assert str(callers.dispatcher.secret) not in lines.getvalue()
    assert ports_of(app).settings.log_format == "text"


def test_text_logs_are_for_people() -> None:
    said = io.StringIO()
    set_up_logs("text", "warning", said)
    structlog.get_logger().info("unseen")
    structlog.get_logger().warning("seen", plan="p1")
    try:
        raise ValueError("why")  # noqa: TRY301  # it is the log that is tested
    except ValueError:
        logging.getLogger("x").exception("fell")
    text = said.getvalue()
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], level=logging.WARNING, force=True)
    assert "unseen" not in text
    assert "plan=p1" in text
    assert "ValueError: why" in text
    assert "\x1b" not in text


def test_readiness_names_each_part(callers: Callers) -> None:
    body = ok(callers.nobody.get("/readyz"))
    assert [(each["name"], each["up"]) for each in body["parts"]] == [
        ("database", True), ("schema", True), ("disk", True), ("worker", True)
    ]  # fmt: skip
