"""Schedules, by which plans are asked for: /v1/schedules."""

from dataclasses import dataclass

from flask import Response, request

from api.http.answers import answer, nothing, unless_known
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, read_body
from api.http.contract import DISPATCHERS, contract
from api.http.etags import expected_for_put, expected_version
from api.http.parameters import IdPath, PageQuery
from api.http.ports import ports, principal
from api.http.problems import Refused
from api.usecases import schedules
from api.usecases.paging import Page
from api.usecases.schedules import Schedule, ScheduleRun, StoredSchedule
from optimiser.wire import FieldProblem


@dataclass(frozen=True)
class RunList:
    """The latest runs, newest first."""

    items: tuple[ScheduleRun, ...]


def blueprint() -> APIBlueprint:
    """Get, list, put, delete, runs."""
    made = resource("schedules", "/v1/schedules")
    made.get("", summary="Schedules in order of id")(list_all)
    made.get("/<id>", summary="One schedule")(get_one)
    made.put("/<id>", summary="Create or replace a schedule")(put_one)
    made.delete("/<id>", summary="End a schedule")(delete_one)
    made.get("/<id>/runs", summary="What became of its runs")(get_runs)
    return made


@contract(*DISPATCHERS, gives={200: Page[StoredSchedule]}, refuses=("bad_cursor",))
def list_all(query: PageQuery) -> Response:
    return answer(schedules.list_schedules(ports().db, **query.model_dump()))


@contract(
    *DISPATCHERS,
    gives={200: StoredSchedule, 304: None},
    headers={200: ("ETag",)},
    accepts=("If-None-Match",),
    refuses=("not_found",),
)
def get_one(path: IdPath) -> Response:
    found = schedules.get_schedule(ports().db, path.id)
    return unless_known(answer(found, version=found.version))


@contract(
    *DISPATCHERS,
    gives={200: StoredSchedule, 201: StoredSchedule},
    takes={JSON: Schedule},
    headers={200: ("ETag",), 201: ("ETag", "Location")},
    accepts=("If-Match", "If-None-Match: *"),
    refuses=("invalid", "version_mismatch", "precondition_required"),
)
def put_one(path: IdPath) -> Response:
    """Its clock is that of the service's time zone. What was due before now is not made up for."""
    at = ports()
    item = read_body(Schedule, at.settings.max_body_bytes)
    if item.id != path.id:
        wrong = FieldProblem("id", f"the path says {path.id!r}", repr(item.id))
        raise Refused("invalid", "the id of the body is not that of the path", [wrong])
    stored, is_new = schedules.put_schedule(
        at.db,
        item,
        expected=expected_for_put(),
        now=at.clock(),
        max_seconds=at.settings.max_solve_seconds,
        by=principal().key_id,
    )
    headers = {"Location": request.path} if is_new else {}
    return answer(stored, 201 if is_new else 200, version=stored.version, headers=headers)


@contract(
    *DISPATCHERS,
    gives={204: None},
    accepts=("If-Match",),
    refuses=("not_found", "version_mismatch", "precondition_required"),
)
def delete_one(path: IdPath) -> Response:
    """Its plans stay."""
    at, by = ports(), principal().key_id
    expected = expected_version()
    schedules.delete_schedule(at.db, path.id, expected=expected, now=at.clock(), by=by)
    return nothing()


@contract(*DISPATCHERS, gives={200: RunList}, refuses=("not_found",))
def get_runs(path: IdPath) -> Response:
    return answer(RunList(schedules.schedule_runs(ports().db, path.id)))
