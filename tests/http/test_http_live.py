"""Live streams over HTTP: what they say, where they end, and that none holds a thread for good."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from http_planner import ports_of
from http_scene import Caller, Callers, an_event, ok, refused
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import Settings
from api.usecases.keys import create_key, list_keys, revoke_key


@pytest.fixture
def quick(app: Flask) -> Iterator[Flask]:
    """The town with streams that look often and end soon; two at once."""
    at = ports_of(app)
    changes = {"stream_s": 0.6, "stream_look_s": 0.02, "stream_beat_s": 0.1, "streams_at_once": 2}
    made = create_app(Settings(**at.settings.model_dump() | changes), clock=at.clock)
    yield made
    ports_of(made).db.close()


@pytest.fixture
def watcher(quick: Flask, callers: Callers) -> Caller:
    return Caller(quick, callers.dispatcher.secret)


def watch(who: Caller, plan_id: str, since: str | None = None) -> TestResponse:
    headers = {} if since is None else {"Last-Event-ID": since}
    return who.get(f"/v1/plans/{plan_id}/events", headers=headers, buffered=False)


def told(response: TestResponse) -> list[tuple[str, str, Any]]:
    """(id, event, data) of the whole stream; None for a heartbeat's."""
    found = []
    for block in response.get_data(as_text=True).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line)
        if "data" in fields:
            found.append((fields["id"], fields["event"], json.loads(fields["data"])))
        elif "" in fields:
            found.append(("", "beat", fields[""]))
    return found


def test_a_stream_tells_the_plan_its_progress_and_that_it_is_alive(
    watcher: Caller, plan_id: str
) -> None:
    response = watch(watcher, plan_id)
    assert response.status_code == 200
    assert response.content_type == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"
    found = told(response)
    assert response.get_data(as_text=True).startswith("retry: 1000\n\n")
    plan, progress, *beats = found
    assert (plan[1], plan[2]["status"]) == ("plan", "published")
    assert (progress[1], progress[2]["stops"]) == ("progress", 3)
    assert {each[1] for each in beats} == {"beat"}
    assert len(beats) >= 2


def test_what_drivers_report_comes_once_and_goes_on_where_it_was(
    callers: Callers, watcher: Caller, plan_id: str
) -> None:
    events = [
        an_event(plan_id, visit, id=f"0190b6a0-0000-7000-8000-{n:012x}")
        for n, visit in enumerate(("B1", "B2", "B3"))
    ]
    ok(callers.driver.post("/v1/drivers/me/events", {"events": events}))
    found = told(watch(watcher, plan_id, "1"))
    reports = [(each[0], each[2]["event"]["visit_id"]) for each in found if each[1] == "report"]
    assert reports == [("2", "B2"), ("3", "B3")]
    assert [each[2]["done"] for each in found if each[1] == "progress"] == [3]
    assert not [each for each in told(watch(watcher, plan_id, "3")) if each[1] == "report"]


def test_only_so_many_streams_are_open_and_a_closed_one_makes_room(
    watcher: Caller, plan_id: str
) -> None:
    first, second = watch(watcher, plan_id), watch(watcher, plan_id)
    third = refused(busy := watch(watcher, plan_id), 503, "busy")
    assert busy.headers["Retry-After"] == "5"
    assert "streams" in third["detail"]
    first.close()
    assert told(watch(watcher, plan_id))
    second.close()


def test_a_stream_that_is_never_read_gives_its_place_back_when_closed(
    watcher: Caller, plan_id: str
) -> None:
    for _ in range(6):
        watch(watcher, plan_id).close()


def test_a_revoked_key_ends_its_stream_at_the_next_look(quick: Flask, plan_id: str) -> None:
    at = ports_of(quick)
    made = create_key(at.db, role="dispatcher", now=at.clock())
    response = watch(Caller(quick, made.secret), plan_id)
    stream = response.iter_encoded()
    assert next(stream).startswith(b"retry")
    assert b"event: plan" in next(stream)
    revoke_key(at.db, made.key.id, now=at.clock())
    rest = b"".join(stream)
    assert rest.count(b": still here") == 0
    response.close()
    assert list_keys(at.db)


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "9" * 10, "²"])
def test_an_id_that_no_stream_gave_is_422(watcher: Caller, plan_id: str, given: str) -> None:
    refused(watch(watcher, plan_id, given), 422, "invalid_parameter")


def test_an_unknown_plan_is_404_before_anything_is_sent(watcher: Caller) -> None:
    refused(watch(watcher, "none"), 404, "not_found")
