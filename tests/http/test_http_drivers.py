from typing import Any

import pytest
from http_scene import TODAY, Callers, an_event, ok, refused

ROUTE = f"/v1/drivers/me/route?date={TODAY}"
EVENTS = "/v1/drivers/me/events"


def outcomes(callers: Callers, *events: dict[str, Any]) -> list[str]:
    body = ok(callers.driver.post(EVENTS, {"events": list(events)}))
    return [each["outcome"] for each in body["outcomes"]]


def test_a_driver_sees_the_route_of_the_own_truck(callers: Callers, plan_id: str) -> None:
    body = ok(callers.driver.get(ROUTE))
    assert (body["plan_id"], body["truck_id"], body["states"]) == (plan_id, "T1", [])
    assert body["route"]["steps"][1]["arrival"].endswith("+01:00")
    assert ok(callers.driver.get("/v1/drivers/me/route")) == body


def test_a_route_that_is_known_is_not_sent_again(callers: Callers, plan_id: str) -> None:
    tag = callers.driver.get(ROUTE).headers["ETag"]
    known = callers.driver.get(ROUTE, headers={"If-None-Match": tag})
    assert (known.status_code, known.get_data()) == (304, b"")
    outcomes(callers, an_event(plan_id, "B1"))
    assert callers.driver.get(ROUTE, headers={"If-None-Match": tag}).status_code == 200


def test_no_plan_for_the_day_is_404(callers: Callers, plan_id: str) -> None:
    refused(callers.driver.get("/v1/drivers/me/route?date=2026-12-24"), 404, "not_found")


def test_events_count_once_however_often_they_are_sent(callers: Callers, plan_id: str) -> None:
    event = an_event(plan_id, "B1")
    assert outcomes(callers, event, event) == ["recorded", "duplicate"]
    assert outcomes(callers, event) == ["duplicate"]
    (state,) = ok(callers.driver.get(ROUTE))["states"]
    assert (state["visit_id"], state["kind"]) == ("B1", "done")
    assert state["time"] == "2026-11-24T05:30:00+01:00"
    assert ok(callers.dispatcher.get("/v1/bins/B1"))["last_emptying"]["source"] == "driver"


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
    "change",
    [
        {"kind": "skipped"},
        {"kind": "done", "reason": "blocked"},
        {"kind": "skipped", "reason": "rain"},
        {"time": "2026-11-24T04:30:00"},
        {"id": "not-a-uuid"},
        {"colour": "red"},
    ],
)
def test_an_event_that_makes_no_sense_is_422(
    callers: Callers, plan_id: str, change: dict[str, Any]
) -> None:
    event = an_event(plan_id, "B1", **change)
    body = refused(callers.driver.post(EVENTS, {"events": [event]}), 422, "invalid")
    assert body["problems"][0]["field"].startswith("events[0]")
