"""Plans asked for and watched while real workers make them."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.store.database import Database
from api.store.tables import plans
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import PlanRecord, get_plan, plan_document, plan_problem, request_plan
from optimiser.verifier import verify

LONG_S = 30.0
"""What a plan is asked for with that is never to be done in time."""


def tomorrow() -> date:
    return datetime.now(UTC).date() + timedelta(days=1)


def ask(db: Database, *, seconds: float, solutions: int | None = None) -> str:
    """The id of a plan that is queued for tomorrow."""
    request = PlanRequest(service_date=tomorrow(), seconds=seconds, solutions=solutions)
    return request_plan(db, request, created_by="k", now=datetime.now(UTC)).id


def hurry(db: Database, plan_id: str) -> None:
    """Give the plan's next attempt half a second."""
    row = plans.c.id == plan_id
    with db.write() as tx:
        asked = tx.execute(select(plans.c.request).where(row)).scalar_one()
        tx.execute(update(plans).where(row).values(request=asked | {"seconds": 0.5}))


def until(db: Database, plan_id: str, reached: Callable[[PlanRecord], bool]) -> PlanRecord:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        record = get_plan(db, plan_id)
        if reached(record):
            return record
        time.sleep(0.05)
    pytest.fail(f"not reached: {record}")


def is_done(record: PlanRecord) -> bool:
    return record.status in ("done", "failed")


def is_solving(record: PlanRecord) -> bool:
    return record.status == "running" and record.progress is not None


def check_done(db: Database, plan_id: str, *, attempt: int = 1) -> None:
    """Wait for the plan; it was made in this attempt and keeps every rule."""
    record = until(db, plan_id, is_done)
    assert (record.status, record.attempt, record.error_code) == ("done", attempt, None)
    assert verify(plan_problem(db, plan_id), plan_document(db, plan_id)) == ()
