"""Every code of the table is provoked by a real request; a code without one fails."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from http_planner import ports_of
from http_scene import TODAY, Caller, Callers, a_bin, a_problem, an_event, ok, refused
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import Settings
from api.http.codes import CODES, as_markdown
from api.http.contract import contract
from api.http.solve import SEARCH_CODES
from api.store import plans as plan_rows
from api.store.errors import StoreUnavailable
from api.usecases import errors
from api.usecases.errors import UsecaseError
from optimiser.planning import PlanningFailed
from pictures_made import jpeg

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"
STAR = {"If-Match": "*"}


def with_planner(callers: Callers, failure: Exception) -> TestResponse:
    """A solve whose planner raises `failure`."""

    def broken(*_given: Any, **_named: Any) -> Any:
        raise failure

    settings = ports_of(callers.nobody.app).settings
    app = create_app(settings, planner=broken)
    caller = type(callers.nobody)(app, callers.admin.secret)
    return caller.post("/v1/solve?seconds=1", a_problem())


def plan_twice(callers: Callers) -> TestResponse:
    key = {"Idempotency-Key": "k"}
    callers.dispatcher.post("/v1/plans", {"service_date": TODAY}, headers=key)
    other = {"service_date": TODAY, "seed": 1}
    return callers.dispatcher.post("/v1/plans", other, headers=key)


def key_twice(callers: Callers) -> TestResponse:
    key = {"Idempotency-Key": "k"}
    ok(callers.admin.post("/v1/keys", {"role": "admin"}, headers=key), 201)
    return callers.admin.post("/v1/keys", {"role": "admin"}, headers=key)


def fresh(callers: Callers) -> str:
    asked = callers.dispatcher.post("/v1/plans", {"service_date": TODAY})
    return str(ok(asked, 202)["id"])


def cancelled(callers: Callers) -> str:
    plan_id = fresh(callers)
    ok(callers.dispatcher.delete(f"/v1/plans/{plan_id}"))
    return plan_id


def spoilt(callers: Callers, plan_id: str) -> str:
    """The plan, its stored routes no longer right."""
    with ports_of(callers.nobody.app).db.write() as tx:
        kept = plan_rows.fetch_plan(tx, plan_id)
        assert kept is not None
        plan_rows.write_plan(tx, plan_id, replace(kept, routes=()))
    return plan_id


def publish(callers: Callers, plan_id: str) -> TestResponse:
    return callers.dispatcher.post(f"/v1/plans/{plan_id}/publish", headers=STAR)


def without(kind: str, callers: Callers) -> TestResponse:
    for name in {"depots": ("trucks/T1", "trucks/T2", "depots/D1")}.get(
        kind, ("trucks/T1", "trucks/T2")
    ):
        refusal = callers.dispatcher.delete(f"/v1/{name}", headers=STAR)
        if refusal.status_code == 409:  # the driver's key is for the truck
            for key in ok(callers.admin.get("/v1/keys"))["items"]:
                if key["truck_id"]:
                    callers.admin.delete(f"/v1/keys/{key['id']}")
            callers.dispatcher.delete(f"/v1/{name}", headers=STAR)
    return callers.dispatcher.post("/v1/plans", {"service_date": TODAY})


Trigger = Callable[[Callers, str], TestResponse]
TRIGGERS: dict[str, Trigger] = {
    "malformed": lambda who, _: who.admin.post("/v1/keys", headers=as_json(), data=b"{"),
    "body_incomplete": lambda who, _: who.admin.post(
        "/v1/keys", headers=as_json(), data=b"{}", environ_overrides={"CONTENT_LENGTH": "9"}
    ),
    "unauthenticated": lambda who, _: who.nobody.get("/v1/bins"),
    "forbidden": lambda who, _: who.sensor.get("/v1/bins"),
    "not_found": lambda who, _: who.dispatcher.get("/v1/bins/none"),
    "unknown_path": lambda who, _: who.nobody.get("/nowhere"),
    "method_not_allowed": lambda who, _: who.nobody.post("/livez"),
    "body_too_large": lambda who, _: who.admin.post("/v1/keys", {"name": "x" * 200_000}),
    "unsupported_media_type": lambda who, _: who.admin.post("/v1/keys", data=b"{}"),
    "unsupported_encoding": lambda who, _: who.admin.post(
        "/v1/keys", {}, headers={"Content-Encoding": "br"}
    ),
    "internal": lambda who, _: with_planner(who, RuntimeError("/etc/secret")),
    "invalid": lambda who, _: who.admin.post("/v1/keys", {}),
    "invalid_parameter": lambda who, _: who.admin.get("/v1/bins?limit=0"),
    "invalid_import": lambda who, _: who.admin.post("/v1/bins/import", [{}]),
    "bad_picture": lambda who, _: send_photo(who, b"GIF89a"),
    "photo_exists": lambda who, _: [send_photo(who, jpeg(size)) for size in (1, 2)][-1],
    "too_many_photos": lambda who, _: [send_photo(who, jpeg(), n) for n in range(4)][-1],
    "bad_cursor": lambda who, _: who.admin.get("/v1/bins?cursor=!"),
    "no_depots": lambda who, _: without("depots", who),
    "no_trucks": lambda who, _: without("trucks", who),
    "in_use": lambda who, _: who.admin.delete("/v1/depots/D1", headers=STAR),
    "sensor_taken": lambda who, _: who.admin.put("/v1/bins/B9", a_bin("B9", sensor_id="sensor-1")),
    "plan_not_done": lambda who, _: who.admin.get(f"/v1/plans/{fresh(who)}/plan"),
    "plan_finished": lambda who, plan: who.admin.delete(f"/v1/plans/{plan}"),
    "plan_cancelled": lambda who, _: publish(who, cancelled(who)),
    "violates": lambda who, plan: publish(who, spoilt(who, plan)),
    "identity_provider_down": lambda who, _: no_provider(who),
    "key_ended": lambda who, _: rotated_twice(who),
    "too_many_requests": lambda who, _: too_often(who),
    "idempotency_key_reused": lambda who, _: plan_twice(who),
    "secret_shown_once": lambda who, _: key_twice(who),
    "precondition_required": lambda who, _: who.admin.delete("/v1/bins/B1"),
    "version_mismatch": lambda who, _: who.admin.delete("/v1/bins/B1", headers={"If-Match": '"9"'}),
    "busy": lambda who, _: with_planner(who, errors.Busy("full", retry_after_s=3)),
    "database_busy": lambda who, _: with_planner(who, StoreUnavailable("database_busy", "x")),
    "disk_full": lambda who, _: with_planner(who, StoreUnavailable("disk_full", "x")),
    "database_unavailable": lambda who, _: with_planner(
        who, StoreUnavailable("database_unavailable", "x")
    ),
    "not_ready": lambda who, _: not_ready(who),
    "bad_request": lambda who, _: teapot(who),
}
TRIGGERS |= {
    code: lambda who, _, code=code: with_planner(who, PlanningFailed(code, "x"))  # type: ignore[misc]
    for code in SEARCH_CODES
}


def teapot(callers: Callers) -> TestResponse:
    """Whatever else werkzeug refuses."""

    @contract(gives={})
    def pour() -> None:
        abort(418)

    app = create_app(ports_of(callers.nobody.app).settings)
    app.add_url_rule("/teapot", view_func=pour)
    return Caller(app).get("/teapot")


def rotated_twice(callers: Callers) -> TestResponse:
    made = ok(callers.admin.post("/v1/keys", {"role": "admin"}), 201)
    path = f"/v1/keys/{made['key']['id']}/rotate"
    ok(callers.admin.post(path, {"grace_s": 0}), 201)
    return callers.admin.post(path, {"grace_s": 0})


def no_provider(callers: Callers) -> TestResponse:
    at = ports_of(callers.nobody.app)
    changes = {"oidc_issuer": "http://127.0.0.1:9", "oidc_audience": "binrounds"}
    app = create_app(at.settings.model_copy(update=changes))
    return type(callers.nobody)(app, "a.b.c").get("/v1/bins")


def too_often(callers: Callers) -> TestResponse:
    settings = ports_of(callers.nobody.app).settings
    app = create_app(settings.model_copy(update={"requests_per_s": 0.001, "requests_burst": 2}))
    caller = type(callers.nobody)(app, callers.admin.secret)
    return [caller.get("/v1/keys") for _ in range(3)][-1]


def send_photo(callers: Callers, raw: bytes, number: int = 0) -> TestResponse:
    path = f"/v1/photos/0190b6a0-0000-7000-8000-{number:012x}"
    return callers.driver.put(path, data=raw, headers={"Content-Type": "image/jpeg"})


def as_json() -> dict[str, str]:
    return {"Content-Type": "application/json"}


def not_ready(callers: Callers) -> TestResponse:
    with gone(callers.nobody.app):
        return callers.nobody.get("/readyz")


@contextmanager
def gone(app: Flask) -> Iterator[None]:
    """The database file is away, and is not quietly made anew."""
    db = ports_of(app).db
    db.close()
    path = Path(str(db.url.database))
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        path.with_suffix(".away").rename(path)


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Another process is writing and does not end."""
    other = sqlite3.connect(str(ports_of(app).db.url.database))
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def test_every_code_has_a_request_that_provokes_it() -> None:
    assert set(TRIGGERS) == set(CODES)


@pytest.mark.parametrize("code", TRIGGERS)
def test_each_code_comes_as_problem_json_with_its_status(
    callers: Callers, plan_id: str, code: str
) -> None:
    response = TRIGGERS[code](callers, plan_id)
    body = refused(response, CODES[code].status, code)
    assert body["title"] == CODES[code].title
    assert "/etc/secret" not in response.get_data(as_text=True)
    assert ("Retry-After" in response.headers) == (body["status"] in {429, 503, 507})
    meaning = ok(callers.nobody.get(body["type"]))
    assert (meaning["code"], meaning["status"]) == (code, body["status"])


def test_every_refusal_of_a_use_case_has_its_code_in_the_table() -> None:
    classes = [UsecaseError]
    for each in classes:
        classes += each.__subclasses__()
    codes = {each.code for each in classes if each.code not in {"refused", "conflict"}}
    for each in classes:
        codes |= {word for word in re.findall(r"`([a-z_]+)`", each.__doc__ or "") if "_" in word}
    codes -= {"retry_after_s"}
    assert codes <= set(CODES)


def test_the_table_in_the_docs_is_the_table_of_the_code() -> None:
    assert as_markdown() in DOCS.read_text(encoding="utf-8")


def test_with_the_database_gone_all_but_livez_is_503_and_comes_back(
    app: Flask, callers: Callers
) -> None:
    with gone(app):
        response = callers.admin.get("/v1/bins")
        refused(response, 503, "database_unavailable")
        assert int(response.headers["Retry-After"]) > 0
        body = refused(callers.nobody.get("/readyz"), 503, "not_ready")
        assert body["problems"][0]["field"] == "database"
        assert callers.nobody.get("/livez").status_code == 200
    assert callers.admin.get("/v1/bins").status_code == 200


def test_with_the_database_locked_a_write_is_503_and_nothing_of_it_stays(
    app: Flask, callers: Callers
) -> None:
    with locked(app):
        response = callers.admin.put("/v1/bins/B9", a_bin("B9"))
        refused(response, 503, "database_busy")
        assert callers.admin.get("/livez").status_code == 200
    refused(callers.admin.get("/v1/bins/B9"), 404, "not_found")
    ok(callers.admin.put("/v1/bins/B9", a_bin("B9")), 201)


def test_an_event_is_refused_while_the_database_is_locked_and_counts_when_sent_again(
    app: Flask, callers: Callers, plan_id: str
) -> None:
    events = {"events": [an_event(plan_id, "B1")]}
    with locked(app):
        refused(callers.driver.post("/v1/drivers/me/events", events), 503, "database_busy")
    (outcome,) = ok(callers.driver.post("/v1/drivers/me/events", events))["outcomes"]
    assert outcome["outcome"] == "recorded"


def test_making_the_app_touches_no_database(tmp_path: Path) -> None:
    missing = tmp_path / "none" / "x.sqlite3"
    app = create_app(Settings(database_url=f"sqlite:///{missing}"))
    assert app.test_client().get("/livez").status_code == 200
    assert make_url(f"sqlite:///{missing}").database is not None
    assert not missing.parent.exists()
