"""Plans: ask for one, follow it, fetch it, stop it. /v1/plans."""

from zoneinfo import ZoneInfo

from flask import Response

from api.http.answers import answer, send, tagged
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, parse_json, read_raw
from api.http.contract import DISPATCHERS, contract
from api.http.parameters import IdPath, IsoDate, PageQuery, once
from api.http.ports import ports, principal
from api.http.ready import Ready
from api.usecases import plans
from api.usecases.paging import Page
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import PlanRecord, PlanStatus
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem


class PlansQuery(PageQuery):
    """Which plans."""

    service_date: IsoDate | None = None
    status: PlanStatus | None = None


def blueprint() -> APIBlueprint:
    """All routes of plans."""
    made = resource("plans", "/v1/plans")
    made.post("", summary="Ask for a plan of a service date")(post_plan)
    made.get("", summary="Plans, newest first")(list_plans)
    made.get("/<id>", summary="How far a plan is")(get_plan)
    made.get("/<id>/plan", summary="The routes, and the bins left with reasons")(get_document)
    made.get("/<id>/problem", summary="The problem that was solved")(get_problem)
    made.delete("/<id>", summary="Stop a plan")(delete_plan)
    return made


@contract(
    *DISPATCHERS,
    gives={202: PlanRecord},
    takes={JSON: PlanRequest},
    headers={202: ("Location",)},
    accepts=("Idempotency-Key",),
    refuses=("invalid", "no_depots", "no_trucks", "idempotency_key_reused"),
)
def post_plan() -> Response:
    """Answers at once; follow the Location until `status` is done, failed or cancelled."""
    at, raw = ports(), read_raw(ports().settings.max_body_bytes, {JSON})[0]
    record = plans.request_plan(
        at.db,
        parse_json(PlanRequest, raw),
        created_by=principal().key_id,
        now=at.clock(),
        max_seconds=at.settings.max_solve_seconds,
        once=once(raw),
    )
    return answer(record, 202, headers={"Location": f"/v1/plans/{record.id}"})


@contract(*DISPATCHERS, gives={200: Page[PlanRecord]}, refuses=("bad_cursor",))
def list_plans(query: PlansQuery) -> Response:
    return answer(plans.list_plans(ports().db, **query.model_dump()))


@contract(*DISPATCHERS, gives={200: PlanRecord}, headers={200: ("ETag",)}, refuses=("not_found",))
def get_plan(path: IdPath) -> Response:
    """The ETag is the version, for If-Match; how far a plan is changes without it."""
    record = plans.get_plan(ports().db, path.id)
    return answer(record, version=record.version)


@contract(
    *DISPATCHERS,
    gives={200: Plan, 304: None},
    headers={200: ("ETag",)},
    accepts=("If-None-Match",),
    refuses=("not_found", "plan_not_done"),
)
def get_document(path: IdPath) -> Response:
    """Times are in the plan's own zone. The ETag is the plan's version, for If-Match."""
    at = ports()
    return send(plans.ready_plan(at.db, path.id, kept=at.answers, make=_ready))


def _ready(plan: Plan, version: int) -> Ready:
    return Ready.of(plan, zone=ZoneInfo(plan.timezone), version=version)


@contract(
    *DISPATCHERS,
    gives={200: Problem, 304: None},
    headers={200: ("ETag",)},
    accepts=("If-None-Match",),
    refuses=("not_found", "plan_not_done"),
)
def get_problem(path: IdPath) -> Response:
    """The file that `binrounds solve` and POST /v1/solve take."""
    problem = plans.plan_problem(ports().db, path.id)
    return tagged(answer(problem, zone=problem.day.zone))


@contract(*DISPATCHERS, gives={200: PlanRecord}, refuses=("not_found", "plan_finished"))
def delete_plan(path: IdPath) -> Response:
    """A plan at work ends within two seconds and keeps the best routes found so far."""
    by, now = principal().key_id, ports().clock()
    return answer(plans.cancel_plan(ports().db, path.id, by=by, now=now))
