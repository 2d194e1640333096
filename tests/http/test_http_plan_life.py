from datetime import timedelta
from typing import Any

from flask import Flask
from http_planner import ports_of, run
from http_scene import TODAY, Caller, Callers, ok, refused

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
