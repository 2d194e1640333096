from typing import Any

import pytest
from http_planner import ports_of
from http_scene import NOW, Caller, ok, refused

from api.usecases.timetable import run_schedules

NIGHTLY = {"id": "nightly", "at": "07:00", "plan": {"seconds": 30, "publish": True}}


def test_a_schedule_is_put_runs_and_is_deleted(town: Caller) -> None:
    path = "/v1/schedules/nightly"
    made = town.put(path, NIGHTLY)
    assert ok(made, 201)["item"]["days_ahead"] == 1
    assert (made.headers["Location"], made.headers["ETag"]) == (path, '"1"')
    refused(town.put(path, NIGHTLY), 428, "precondition_required")
    refused(town.put(path, NIGHTLY, headers={"If-Match": '"9"'}), 412, "version_mismatch")
    changed = town.put(path, NIGHTLY | {"name": "x"}, headers={"If-Match": '"1"'})
    assert ok(changed)["version"] == 2
    tag = town.get(path).headers["ETag"]
    assert town.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert [each["item"]["id"] for each in ok(town.get("/v1/schedules"))["items"]] == ["nightly"]
    at = ports_of(town.app)
    run_schedules(at.db, now=NOW.replace(hour=6), timezone=at.settings.timezone)
    (run,) = ok(town.get(f"{path}/runs"))["items"]
    assert (run["due_at"], run["service_date"]) == ("2026-11-24T07:00:00+01:00", "2026-11-25")
    assert ok(town.get(f"/v1/plans/{run['plan_id']}"))["request"]["seconds"] == 30
    assert town.delete(path, headers={"If-Match": tag}).status_code == 204
    for gone in (path, f"{path}/runs"):
        refused(town.get(gone), 404, "not_found")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"at": "24:00"}, "at"),
        ({"at": "4:00"}, "at"),
        ({"days": []}, "days"),
        ({"days": ["someday"]}, "days[0]"),
        ({"days_ahead": -1}, "days_ahead"),
        ({"retries": 21}, "retries"),
        ({"id": "other"}, "id"),
        ({"plan": {"service_date": "2026-11-24"}}, "plan.service_date"),
        ({"plan": {"seconds": 601}}, "plan.seconds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_schedule_is_422_with_its_field(
    town: Caller, change: dict[str, Any], field: str
) -> None:
    body = refused(town.put("/v1/schedules/nightly", NIGHTLY | change), 422, "invalid")
    assert [each["field"] for each in body["problems"]] == [field]
    assert "pattern" not in body["problems"][0]["message"]  # words for people
