"""What becomes of a plan that is done: edited, published, and who did it. /v1/plans."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Response

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, parse_json, read_body, read_raw
from api.http.contract import DISPATCHERS, contract
from api.http.etags import expected_version
from api.http.parameters import IdPath, once
from api.http.ports import ports, principal
from api.usecases.edits.editing import edit_plan
from api.usecases.edits.kinds import Edits
from api.usecases.plans import PlanRecord
from api.usecases.publishing import publish_plan
from api.usecases.replanning.asking import ReplanRequest, replan
from api.usecases.trail import PlanChange, plan_changes
from optimiser.domain.plan import Plan

REFUSALS = (
    "not_found",
    "plan_not_done",
    "plan_cancelled",
    "violates",
    "version_mismatch",
    "precondition_required",
)


@dataclass(frozen=True)
class ChangeList:
    """All that happened to a plan, in order."""

    items: tuple[PlanChange, ...]


def blueprint() -> APIBlueprint:
    """Publish, edit or replan; list changes."""
    made = resource("plan_life", "/v1/plans", tag="plans")
    made.post("/<id>/publish", summary="Let drivers follow this plan")(post_publish)
    made.post("/<id>/edits", summary="Change a plan by hand")(post_edits)
    made.post("/<id>/replan", summary="Plan the rest of a day anew")(post_replan)
    made.get("/<id>/changes", summary="Who did what to a plan")(get_changes)
    return made


@contract(
    *DISPATCHERS,
    gives={200: PlanRecord},
    headers={200: ("ETag",)},
    accepts=("If-Match", "Idempotency-Key"),
    refuses=(*REFUSALS, "idempotency_key_reused"),
)
def post_publish(path: IdPath) -> Response:
    """The plan of this date that was published before becomes `superseded`. Without a body. Sent
    again with the same Idempotency-Key it changes nothing, whatever was published since.
    """
    record = publish_plan(
        ports().db,
        path.id,
        expected=expected_version(),
        by=principal().key_id,
        now=ports().clock(),
        once=once(b""),
    )
    return answer(record, version=record.version)


@contract(
    *DISPATCHERS,
    gives={200: Plan},
    takes={JSON: Edits},
    headers={200: ("ETag",)},
    accepts=("If-Match",),
    refuses=("invalid", *REFUSALS),
)
def post_edits(path: IdPath) -> Response:
    """All of them or none: the verifier judges the plan that they make, and `violations` of a 422
    names every rule that it would break. Drivers see an edit of a published plan at once.
    """
    at = ports()
    wanted = read_body(Edits, at.settings.max_body_bytes)
    plan, version = edit_plan(
        at.db,
        path.id,
        wanted.edits,
        expected=expected_version(),
        by=principal().key_id,
        now=at.clock(),
    )
    return answer(plan, zone=ZoneInfo(plan.timezone), version=version)


@contract(
    *DISPATCHERS,
    gives={202: PlanRecord},
    takes={JSON: ReplanRequest},
    headers={202: ("Location",)},
    accepts=("Idempotency-Key",),
    refuses=(
        "invalid",
        "no_trucks",
        "not_found",
        "plan_not_done",
        "plan_cancelled",
        "idempotency_key_reused",
    ),
)
def post_replan(path: IdPath) -> Response:
    """A new plan of what is still to be done, from where the trucks are with what they carry: by
    their drivers' events, or else by the plan's clock. Follow the Location, then publish it.
    """
    at, raw = ports(), read_raw(ports().settings.max_body_bytes, {JSON})[0]
    record = replan(
        at.db,
        path.id,
        parse_json(ReplanRequest, raw),
        by=principal().key_id,
        now=at.clock(),
        max_seconds=at.settings.max_solve_seconds,
        once=once(raw),
    )
    return answer(record, 202, headers={"Location": f"/v1/plans/{record.id}"})


@contract(*DISPATCHERS, gives={200: ChangeList}, refuses=("not_found",))
def get_changes(path: IdPath) -> Response:
    return answer(ChangeList(plan_changes(ports().db, path.id)))
