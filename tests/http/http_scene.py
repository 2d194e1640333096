"""A small town for HTTP tests, and callers of every role who speak to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
"""06:00 in Copenhagen, on a Tuesday."""
TODAY = "2026-11-24"

HERE = {"lon": 12.57, "lat": 55.68}
DEPOT: dict[str, Any] = {"id": "D1", "place": HERE, "name": "Vasbygade"}
SITE: dict[str, Any] = {
    "id": "S1",
    "place": {"lon": 12.62, "lat": 55.684},
    "name": "Amager Bakke",
    "fractions": ["residual", "paper"],
}


def truck(truck_id: str) -> dict[str, Any]:
    return {
        "id": truck_id,
        "start_depot_id": "D1",
        "end_depot_id": "D1",
        "compartments": [{"fractions": ["residual"], "capacity_kg": 9000.0}],
        "shift": {"starts": "06:00", "ends": "14:00"},
    }


def a_bin(bin_id: str, **changes: Any) -> dict[str, Any]:
    number = int(bin_id.removeprefix("B"))
    place = {"lon": 12.55 + number / 1000, "lat": 55.68}
    fields = {"id": bin_id, "place": place, "fraction": "residual", "volume_l": 660.0}
    return {**fields, "name": f"Bin på hjørnet {number}", "sensor_id": f"sensor-{number}"} | changes


def a_reading(number: int = 1, **changes: Any) -> dict[str, Any]:
    fields = {"sensor_id": f"sensor-{number}", "time": "2026-11-24T04:00:00Z", "fill": 0.8}
    return {**fields, "sequence": number, **changes}


def an_event(plan_id: str, visit_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": "0190b6a0-0000-7000-8000-000000000001",
        "plan_id": plan_id,
        "truck_id": "T1",
        "visit_id": visit_id,
        "kind": "done",
        "time": "2026-11-24T04:30:00Z",
        **changes,
    }


def a_problem(**changes: Any) -> dict[str, Any]:
    visit = {"id": "B1", "place": a_bin("B1")["place"], "fraction": "residual"}
    amounts = {"volume_l": 500.0, "mass_kg": 50.0, "service_s": 180}
    return {
        "service_date": TODAY,
        "depots": [DEPOT],
        "disposal_sites": [SITE],
        "trucks": [truck("T1")],
        "visits": [visit | amounts],
        **changes,
    }


@dataclass(frozen=True)
class Caller:
    """Sends requests with one key, or with none."""

    app: Flask
    secret: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, json_body: Any = None, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        if self.secret is not None:
            headers["Authorization"] = f"Bearer {self.secret}"
        if json_body is not None:
            more["data"] = json.dumps(json_body)
            headers.setdefault("Content-Type", "application/json")
        return self.app.test_client().open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, json_body: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, json_body, **more)

    def put(self, path: str, json_body: Any = None, **more: Any) -> TestResponse:
        return self.send("PUT", path, json_body, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.send("DELETE", path, **more)


@dataclass(frozen=True)
class Callers:
    """One of each role. `sensor` has sensor-1 and sensor-2, `driver` the truck T1."""

    nobody: Caller
    sensor: Caller
    driver: Caller
    dispatcher: Caller
    monitor: Caller
    admin: Caller
    revoked: Caller


def refused(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, after a check that it is one of this status and code."""
    assert response.content_type == "application/problem+json", response.get_data()[:500]
    body = response.get_json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert body["status"] == status
    assert body["type"] == f"/v1/problems/{code}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert set(body) <= {
        "type",
        "title",
        "status",
        "detail",
        "code",
        "request_id",
        "problems",
        "violations",
    }
    for each in body.get("problems", ()):
        assert {"field", "message"} <= set(each) <= {"field", "message", "value", "row"}
    return dict(body)


def ok(response: TestResponse, status: int = 200) -> Any:
    """The JSON of a good answer."""
    assert response.status_code == status, (response.status_code, response.get_data()[:800])
    return response.get_json()
