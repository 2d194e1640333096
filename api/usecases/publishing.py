"""Publishing: which plan of a service date its drivers follow."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from api.store import plans as rows
from api.store.database import Database
from api.usecases.errors import Conflict, Violates
from api.usecases.idempotency import Once, answered_before, once_only
from api.usecases.plans import PlanRecord, get_plan, record_of, required_plan
from api.usecases.trail import note
from api.usecases.versions import ExpectedVersion, check_version
from optimiser.verifier import verify


def publish_plan(
    db: Database,
    plan_id: str,
    *,
    expected: ExpectedVersion,
    by: str,
    now: datetime,
    once: Once | None = None,
) -> PlanRecord:
    """Make this the plan that drivers of its date see; the one before becomes `superseded`.

    A superseded plan can be published again; one that is published already stays as it is.
    The verifier judges it once more, as it is stored. A repeated request (`once`) leaves alone
    whatever was published after it.

    Raises NotFound, VersionMismatch, PreconditionRequired; Conflict: `plan_not_done`,
    `plan_cancelled`, `idempotency_key_reused`; Violates.
    """
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        if answered_before(tx, once, str) is not None:
            return record_of(row)
        check_version("the plan", row.version, expected)
        refuse_unless_usable(row)
        plan, problem = rows.fetch_plan(tx, plan_id), rows.fetch_problem(tx, plan_id)
    if plan is not None and problem is not None and (found := verify(problem, plan)):
        raise Violates("the plan breaks rules as they are now", found)

    def publish() -> str:
        rows.hold_date(tx, row.service_date)
        held = required_plan(rows.fetch(tx, plan_id, for_update=True), plan_id)
        check_version("the plan", held.version, row.version)
        refuse_unless_usable(held)
        make_public(tx, held, by=by, now=now)
        return plan_id

    with db.write() as tx:
        once_only(tx, once, str, publish, now=now)
    return get_plan(db, plan_id)


def refuse_unless_usable(row: Row[Any]) -> None:
    """Raises Conflict for a plan without routes, and for one that was stopped."""
    if row.status == "cancelled":
        text = "the plan was stopped; it is neither changed nor published any more"
        raise Conflict(text, code="plan_cancelled")
    if row.status not in ("done", "published", "superseded") or not row.has_plan:
        raise Conflict(f"the plan is {row.status} and has no routes", code="plan_not_done")


def make_public(tx: Connection, row: Row[Any], *, by: str, now: datetime) -> None:
    """Publish a plan whose date and row are held; what was published before is superseded."""
    before = rows.fetch_published(tx, row.service_date)
    if before is not None and before.id == row.id:
        return
    if before is not None:
        version = rows.revise(tx, before, status="superseded")
        told = {"by_plan": row.id}
        note(tx, before.id, "superseded", by=by, now=now, version=version, detail=told)
    version = rows.revise(tx, row, status="published", published_at=now)
    told = {"instead_of": before.id if before is not None else None}
    note(tx, row.id, "published", by=by, now=now, version=version, detail=told)
