"""What the worker does about schedules: sees which runs are due, and follows each to its end."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from api.store import plans as plan_rows
from api.store import schedules as rows
from api.store.database import Database
from api.store.documents import load
from api.usecases.errors import Invalid
from api.usecases.plan_request import request_of
from api.usecases.plans import queue_plan
from api.usecases.schedules import Schedule
from optimiser.domain.calendar import ServiceDay

log = logging.getLogger(__name__)

BY = "schedule"
"""Stands for whoever asked, where else the id of a key stands."""
LOOK_AGAIN = timedelta(seconds=15)
_WEEK = 7


def run_schedules(db: Database, *, now: datetime, timezone: str) -> int:
    """Note what has become due, and take each open run a step further; how many steps.

    Each step is one transaction with what it does, so that any number of workers, dying at any
    moment, ask for each plan once.
    """
    with db.read() as tx:
        if not rows.fetch_after(tx, None, 1):
            return 0  # without writing, which would hold up others every few seconds
    with db.write() as tx:
        for row in rows.fetch_free(tx):
            _note_due(tx, row, now, timezone)
    with db.write() as tx:
        due = rows.fetch_due_runs(tx, now)
        for run in due:
            _step(tx, run, load(Schedule, run.document), now, timezone)
    return len(due)


def latest_due(schedule: Schedule, now: datetime, timezone: str) -> tuple[datetime, date] | None:
    """When the schedule was due last, at `now` at the latest, and the local date of that."""
    today = now.astimezone(ServiceDay(now.date(), timezone).zone).date()
    for ago in range(_WEEK + 1):
        day = ServiceDay(today - timedelta(days=ago), timezone)
        due_at = day.instant(day.seconds(schedule.at))
        if day.weekday in schedule.days and due_at <= now:
            return due_at, day.service_date
    return None


def _note_due(tx: Connection, row: Row[Any], now: datetime, timezone: str) -> None:
    schedule = load(Schedule, row.document)
    found = latest_due(schedule, now, timezone)
    if schedule.paused or found is None or found[0] <= row.done_until:
        return
    due_at, day = found
    rows.change(tx, row.id, done_until=due_at)
    values = {"schedule_id": row.id, "due_at": due_at, "state": "waiting", "tries": 0}
    service_date = day + timedelta(days=schedule.days_ahead)
    rows.add_run(tx, {**values, "service_date": service_date, "next_at": now})


def _step(tx: Connection, run: Row[Any], schedule: Schedule, now: datetime, timezone: str) -> None:
    if run.state == "planning":
        _follow(tx, run, schedule, now)
    elif run.service_date < now.astimezone(ServiceDay(run.service_date, timezone).zone).date():
        rows.change_run(tx, run, state="missed", next_at=None)
    else:
        _ask(tx, run, schedule, now)


def _ask(tx: Connection, run: Row[Any], schedule: Schedule, now: datetime) -> None:
    request = request_of(schedule.plan, run.service_date)
    try:
        told = {"schedule_id": schedule.id}
        plan_id = queue_plan(tx, request, created_by=BY, now=now, detail=told)
    except Invalid as refusal:
        log.warning("schedule %s: %s", schedule.id, refusal.detail)
        rows.change_run(tx, run, state="refused", error_code=refusal.code, next_at=None)
        return
    tries = run.tries + 1
    again = now + LOOK_AGAIN
    rows.change_run(tx, run, state="planning", plan_id=plan_id, tries=tries, next_at=again)


def _follow(tx: Connection, run: Row[Any], schedule: Schedule, now: datetime) -> None:
    plan = plan_rows.fetch(tx, run.plan_id)
    if plan is None or plan.status in ("queued", "running"):
        rows.change_run(tx, run, next_at=now + LOOK_AGAIN)
    elif plan.status == "failed" and run.tries <= schedule.retries:
        again = now + timedelta(seconds=schedule.retry_after_s)
        rows.change_run(tx, run, state="waiting", error_code=plan.error_code, next_at=again)
    elif plan.status in ("failed", "cancelled"):
        code = plan.error_code
        rows.change_run(tx, run, state=plan.status, error_code=code, next_at=None)
    else:
        rows.change_run(tx, run, state="planned", error_code=None, next_at=None)
