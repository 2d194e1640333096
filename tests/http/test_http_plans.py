import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask
from http_planner import ports_of, run, take_all
from http_scene import TODAY, Caller, Callers, a_problem, ok, refused

from api.app import create_app
from optimiser.domain.plan import Plan

ASK = {"service_date": TODAY}


def test_a_plan_is_asked_for_followed_and_fetched(app: Flask, town: Caller) -> None:
    asked = town.post("/v1/plans", ASK)
    record = ok(asked, 202)
    assert record["status"] == "queued"
    assert asked.headers["Location"] == f"/v1/plans/{record['id']}"
    refused(town.get(f"{asked.headers['Location']}/plan"), 409, "plan_not_done")
    run(app, record["id"])
    assert ok(town.get(asked.headers["Location"]))["status"] == "done"
    plan = ok(town.get(f"{asked.headers['Location']}/plan"))
    (route,) = plan["routes"]
    assert [each["ref"] for each in route["steps"]] == ["D1", "B1", "B2", "B3", "S1", "D1"]
    assert route["steps"][0]["departure"].endswith("+01:00")


def test_the_problem_of_a_plan_can_be_solved_again(town: Caller, plan_id: str) -> None:
    problem = ok(town.get(f"/v1/plans/{plan_id}/problem"))
    assert len(ok(town.post("/v1/solve?seconds=1", problem))["routes"]) == 1


def test_a_plan_as_geojson_has_a_line_a_route_and_a_point_a_stop(
    town: Caller, plan_id: str
) -> None:
    response = town.get(f"/v1/plans/{plan_id}/geojson")
    assert response.content_type == "application/geo+json"
    features = ok(response)["features"]
    line, *points = features
    assert line["geometry"]["type"] == "LineString"
    assert len(line["geometry"]["coordinates"]) == len(points) == 6
    assert [each["properties"]["kind"] for each in points] == [
        "start", "visit", "visit", "visit", "unload", "end",
    ]  # fmt: skip
    assert points[0]["geometry"] == {"type": "Point", "coordinates": [12.57, 55.68]}
    assert points[4]["geometry"]["coordinates"] == [12.62, 55.684]
    assert points[1]["properties"]["arrival"].endswith("+01:00")


@pytest.mark.parametrize("part", ["plan", "problem", "geojson"])
def test_a_finished_plan_is_not_sent_twice(town: Caller, plan_id: str, part: str) -> None:
    path = f"/v1/plans/{plan_id}/{part}"
    tag = town.get(path).headers["ETag"]
    again = town.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_plan_is_gzipped_where_that_is_taken_and_its_tag_names_the_version_too(
    town: Caller, plan_id: str
) -> None:
    path = f"/v1/plans/{plan_id}/plan"
    plain, zipped = town.get(path), town.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.get_data()) == plain.get_data()
    tag = zipped.headers["ETag"]
    assert tag == plain.headers["ETag"].replace('2"', '2-gzip"')
    exclude = {"edits": [{"kind": "exclude", "visit_id": "B3"}]}
    edits = f"/v1/plans/{plan_id}/edits"
    refused(town.post(edits, exclude, headers={"If-Match": '"1-gzip"'}), 412, "version_mismatch")
    ok(town.post(edits, exclude, headers={"If-Match": tag}))
    changed = town.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"3-gzip"')


def test_a_plan_that_is_ready_is_still_shown_only_to_who_may_see_it(
    callers: Callers, plan_id: str
) -> None:
    path = f"/v1/plans/{plan_id}/plan"
    tag = callers.dispatcher.get(path).headers["ETag"]
    for name, status in {"nobody": 401, "revoked": 401, "driver": 403, "sensor": 403}.items():
        asked = getattr(callers, name).get(path, headers={"If-None-Match": tag})
        assert asked.status_code == status, name


def test_plans_are_listed_newest_first_and_by_cursor(app: Flask, town: Caller) -> None:
    made = []
    for _ in range(5):
        made.append(ok(town.post("/v1/plans", ASK), 202)["id"])
        ports_of(app).clock.now += timedelta(seconds=1)  # type: ignore[attr-defined]
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = ok(town.get(f"/v1/plans?limit=2&service_date={TODAY}&status=queued{cursor}"))
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert seen == made[::-1]
    assert ok(town.get("/v1/plans?status=failed"))["items"] == []


def test_a_queued_plan_can_be_stopped_and_a_done_one_not(town: Caller, plan_id: str) -> None:
    queued = ok(town.post("/v1/plans", ASK), 202)["id"]
    assert ok(town.delete(f"/v1/plans/{queued}"))["status"] == "cancelled"
    assert ok(town.delete(f"/v1/plans/{queued}"))["status"] == "cancelled"
    refused(town.delete(f"/v1/plans/{plan_id}"), 409, "plan_finished")


def test_an_idempotency_key_makes_one_plan_of_two_requests(town: Caller) -> None:
    key = {"Idempotency-Key": "today-1"}
    first = town.post("/v1/plans", ASK, headers=key)
    again = town.post("/v1/plans", ASK, headers=key)
    assert (again.status_code, again.get_json()) == (202, first.get_json())
    assert again.headers["Location"] == first.headers["Location"]
    assert len(ok(town.get("/v1/plans?status=queued"))["items"]) == 1
    other = town.post("/v1/plans", ASK | {"seed": 1}, headers=key)
    refused(other, 409, "idempotency_key_reused")


def test_an_idempotency_key_belongs_to_its_caller(callers: Callers) -> None:
    key = {"Idempotency-Key": "today-1"}
    first = ok(callers.dispatcher.post("/v1/plans", ASK, headers=key), 202)
    second = ok(callers.admin.post("/v1/plans", ASK, headers=key), 202)
    assert first["id"] != second["id"]


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "é"])
def test_an_idempotency_key_is_a_short_word(town: Caller, key: str) -> None:
    response = town.post("/v1/plans", ASK, headers={"Idempotency-Key": key})
    refused(response, 422, "invalid_parameter")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"service_date": "2026-02-30"}, "invalid"),
        ({"seconds": -1}, "invalid"),
        ({"seconds": 1e9}, "invalid"),
        ({"seconds": 601}, "invalid"),
        ({"seed": 1.5}, "invalid"),
        ({"colour": "red"}, "invalid"),
        ({"truck_ids": ["T9"]}, "invalid"),
        ({"truck_ids": []}, "invalid"),
        ({"next_service_date": TODAY}, "invalid"),
    ],
)
def test_a_plan_asked_for_wrongly_is_422(town: Caller, change: dict[str, Any], code: str) -> None:
    refused(town.post("/v1/plans", ASK | change), 422, code)


def test_without_depots_there_is_nothing_to_plan(nowhere: Caller) -> None:
    refused(nowhere.post("/v1/plans", ASK), 422, "no_depots")


def test_a_plan_without_bins_is_empty_at_once(app: Flask, town: Caller) -> None:
    for number in (1, 2, 3):
        town.delete(f"/v1/bins/B{number}", headers={"If-Match": "*"})
    record = ok(town.post("/v1/plans", ASK), 202)
    run(app, record["id"])
    plan = ok(town.get(f"/v1/plans/{record['id']}/plan"))
    assert (plan["routes"], plan["left"]) == ([], [])


@pytest.mark.parametrize("part", ["", "/plan", "/problem", "/geojson"])
def test_an_unknown_plan_is_404(town: Caller, part: str) -> None:
    refused(town.get(f"/v1/plans/none{part}"), 404, "not_found")


def test_a_whole_problem_is_solved_while_one_waits(town: Caller) -> None:
    plan = ok(town.post("/v1/solve?seconds=1&seed=3", a_problem()))
    assert plan["totals"]["stops"] == 1


def test_times_of_a_solve_are_in_the_problems_zone(town: Caller) -> None:
    plan = ok(town.post("/v1/solve?seconds=1", a_problem(timezone="Asia/Tokyo")))
    assert plan["routes"][0]["steps"][0]["departure"].endswith("+09:00")


def test_one_solve_too_many_at_once_is_503_until_there_is_room(town: Caller) -> None:
    started, go_on = Event(), Event()

    def slow(*given: Any, **named: Any) -> Plan:
        started.set()
        assert go_on.wait(20)
        return take_all(*given, **named)

    app = create_app(ports_of(town.app).settings, planner=slow)
    caller = Caller(app, town.secret)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(caller.post, "/v1/solve?seconds=7", a_problem())
        assert started.wait(20)
        second = caller.post("/v1/solve?seconds=7", a_problem())
        refused(second, 503, "busy")
        assert second.headers["Retry-After"] == "7"
        judged = caller.post("/v1/plans/evaluate", {"problem": a_problem(), "orders": []})
        refused(judged, 503, "busy")
        assert caller.get("/livez").status_code == 200
        go_on.set()
        assert first.result().status_code == 200
    ok(caller.post("/v1/solve?seconds=7", a_problem()))
    ports_of(app).db.close()


def test_a_solve_longer_than_allowed_is_422(town: Caller) -> None:
    refused(town.post("/v1/solve?seconds=61", a_problem()), 422, "invalid")
