from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from http_planner import ports_of, run
from http_scene import TODAY, Caller, Callers, ok, refused, truck
from werkzeug.test import TestResponse

ASK = {"service_date": TODAY}


def a_done_plan(app: Flask, town: Caller, **changes: Any) -> str:
    plan_id = str(ok(town.post("/v1/plans", ASK | changes), 202)["id"])
    run(app, plan_id)
    return plan_id


def publish(town: Caller, plan_id: str, version: str = "*") -> Any:
    return ok(town.post(f"/v1/plans/{plan_id}/publish", headers={"If-Match": version}))


def test_a_driver_sees_the_published_plan_and_no_other(
    app: Flask, callers: Callers, plan_id: str
) -> None:
    town = callers.dispatcher
    second = a_done_plan(app, town)
    assert ok(callers.driver.get("/v1/drivers/me/route"))["plan_id"] == plan_id
    publish(town, second)
    assert ok(callers.driver.get("/v1/drivers/me/route"))["plan_id"] == second
    assert ok(town.get(f"/v1/plans/{plan_id}"))["status"] == "superseded"


def test_publishing_needs_the_version_that_was_looked_at(app: Flask, town: Caller) -> None:
    plan_id = a_done_plan(app, town)
    path = f"/v1/plans/{plan_id}/publish"
    unsaid = town.post(path)
    refused(unsaid, 428, "precondition_required")
    assert unsaid.headers["ETag"] == '"1"'
    stale = town.post(path, headers={"If-Match": '"9"'})
    refused(stale, 412, "version_mismatch")
    assert stale.headers["ETag"] == '"1"'
    seen = town.get(f"/v1/plans/{plan_id}").headers["ETag"]
    assert seen == town.get(f"/v1/plans/{plan_id}/plan").headers["ETag"]
    done = town.post(path, headers={"If-Match": seen})
    assert (ok(done)["status"], done.headers["ETag"]) == ("published", '"2"')


def test_a_plan_that_is_not_done_or_was_stopped_is_409(town: Caller) -> None:
    queued = ok(town.post("/v1/plans", ASK), 202)["id"]
    any_version = {"If-Match": "*"}
    refused(town.post(f"/v1/plans/{queued}/publish", headers=any_version), 409, "plan_not_done")
    ok(town.delete(f"/v1/plans/{queued}"))
    refused(town.post(f"/v1/plans/{queued}/publish", headers=any_version), 409, "plan_cancelled")
    refused(town.post("/v1/plans/none/publish", headers=any_version), 404, "not_found")


def test_who_did_what_to_a_plan_is_told_by_key(app: Flask, callers: Callers) -> None:
    plan_id = a_done_plan(app, callers.dispatcher)
    ports_of(app).clock.now += timedelta(minutes=3)  # type: ignore[attr-defined]
    publish(callers.admin, plan_id)
    items = ok(callers.dispatcher.get(f"/v1/plans/{plan_id}/changes"))["items"]
    assert [each["kind"] for each in items] == ["queued", "started", "done", "published"]
    asked, _, _, published = items
    assert asked["by"] != published["by"]
    assert published["at"] == "2026-11-24T06:03:00+01:00"
    refused(callers.dispatcher.get("/v1/plans/none/changes"), 404, "not_found")


def test_a_plan_can_be_published_as_soon_as_it_is_done(app: Flask, callers: Callers) -> None:
    plan_id = a_done_plan(app, callers.dispatcher, publish=True)
    assert ok(callers.driver.get("/v1/drivers/me/route"))["plan_id"] == plan_id


def edit(town: Caller, plan_id: str, *edits: dict[str, Any], version: str = "*") -> TestResponse:
    path, headers = f"/v1/plans/{plan_id}/edits", {"If-Match": version}
    return town.post(path, {"edits": list(edits)}, headers=headers)


def test_an_edit_answers_the_new_plan_under_a_new_version(town: Caller, plan_id: str) -> None:
    first = {"kind": "move", "visit_id": "B3", "truck_id": "T1", "position": 0}
    response = edit(town, plan_id, first, version='"2"')
    plan = ok(response)
    refs = [each["ref"] for each in plan["routes"][0]["steps"]]
    assert refs == ["D1", "B3", "B1", "B2", "S1", "D1"]
    assert plan["routes"][0]["steps"][1]["why"]
    assert response.headers["ETag"] == '"3"'
    again = town.get(f"/v1/plans/{plan_id}/plan")
    assert (again.get_json(), again.headers["ETag"]) == (plan, '"3"')
    change = ok(town.get(f"/v1/plans/{plan_id}/changes"))["items"][-1]
    assert (change["kind"], change["detail"]) == ("edited", {"edits": [first]})


def test_a_driver_sees_an_edit_of_the_published_plan_at_once(
    callers: Callers, plan_id: str
) -> None:
    ok(edit(callers.dispatcher, plan_id, {"kind": "exclude", "visit_id": "B2"}))
    route = ok(callers.driver.get("/v1/drivers/me/route"))["route"]
    assert [each["ref"] for each in route["steps"]] == ["D1", "B1", "B3", "S1", "D1"]


def test_of_two_who_edit_the_second_gets_412_with_the_current_version(
    town: Caller, plan_id: str
) -> None:
    one = {"kind": "exclude", "visit_id": "B1"}
    ok(edit(town, plan_id, one, version='"2"'))
    late = edit(town, plan_id, one, version='"2"')
    refused(late, 412, "version_mismatch")
    assert late.headers["ETag"] == '"3"'
    unsaid = town.post(f"/v1/plans/{plan_id}/edits", {"edits": [one]})
    refused(unsaid, 428, "precondition_required")


def test_an_edit_that_breaks_rules_is_422_with_every_violation(town: Caller, plan_id: str) -> None:
    limited = truck("T3") | {"limits": {"stops": 0, "distance_m": 1}}
    ok(town.put("/v1/trucks/T3", limited), 201)
    plan_id = a_done_plan(town.app, town)
    before = ok(town.get(f"/v1/plans/{plan_id}/plan"))
    move = {"kind": "move", "visit_id": "B1", "truck_id": "T3"}
    body = refused(edit(town, plan_id, move), 422, "violates")
    assert {each["code"] for each in body["violations"]} == {"limit_stops", "limit_distance"}
    assert {each["truck_id"] for each in body["violations"]} == {"T3"}
    assert all(each["detail"] for each in body["violations"])
    assert ok(town.get(f"/v1/plans/{plan_id}/plan")) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "teleport"}, "edits[0]"),
        ({"kind": "move", "visit_id": "B1"}, "edits[0].truck_id"),
        ({"kind": "lock", "truck_id": "T1", "stops": -1}, "edits[0].stops"),
        ({"kind": "close", "truck_id": "T9"}, "edits[0].truck_id"),
        ({"kind": "exclude", "visit_id": "B1", "why": "x"}, "edits[0].why"),
    ],
)
def test_a_wrong_edit_is_told_with_its_field(
    town: Caller, plan_id: str, wrong: dict[str, Any], field: str
) -> None:
    body = refused(edit(town, plan_id, wrong), 422, "invalid")
    assert [each["field"] for each in body["problems"]] == [field]


def test_the_rest_of_a_day_is_planned_anew(town: Caller, plan_id: str) -> None:
    key = {"Idempotency-Key": "again"}
    asked = {"freeze_until": "2026-11-24T06:05:00+01:00", "seconds": 2, "change_eur": 3.0}
    first = town.post(f"/v1/plans/{plan_id}/replan", asked, headers=key)
    record = ok(first, 202)
    assert (record["status"], record["base_plan_id"]) == ("queued", plan_id)
    assert first.headers["Location"] == f"/v1/plans/{record['id']}"
    assert ok(town.post(f"/v1/plans/{plan_id}/replan", asked, headers=key), 202) == record
    problem = ok(town.get(f"/v1/plans/{record['id']}/problem"))
    assert problem["rates"]["change_eur"] == 3.0
    assert {each["published_truck_id"] for each in problem["visits"]} == {"T1"}
    wrong = {"freeze_until": None, "trucks": [{"truck_id": "T9"}]}
    body = refused(town.post(f"/v1/plans/{plan_id}/replan", wrong), 422, "invalid")
    assert body["problems"][0]["field"] == "trucks[0].truck_id"
    refused(town.post("/v1/plans/none/replan", asked), 404, "not_found")
