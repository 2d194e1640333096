"""Schedules: plans asked for by the clock, such as tomorrow's at 04:00 local."""

from dataclasses import dataclass as plain_dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass
from sqlalchemy import Row

from api.store import schedules as rows
from api.store.database import Database
from api.store.documents import dump, load
from api.usecases.audit import COMMAND_LINE, differences, note
from api.usecases.catalogue import Expected
from api.usecases.errors import FieldProblem, Invalid, NotFound
from api.usecases.paging import Page, checked_limit, decode, page_of
from api.usecases.plan_request import PlanTemplate
from api.usecases.versions import ExpectedVersion, check_put, check_version
from optimiser.domain.base import CONFIG, Id, Name
from optimiser.domain.calendar import WEEKDAYS, TimeOfDay, Weekday

MOST_RUNS = 100


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Schedule:
    """On each of `days`, when the clock shows `at`, a plan is asked for of the date `days_ahead`.

    A time that the clock skips is the moment of the jump; of one that it shows twice the first
    counts. A plan that fails is asked for again, up to `retries` times, `retry_after_s` later.
    Runs that nobody was there for are made up for by one, the latest, unless its date is over.
    """

    id: Id
    name: Name = ""
    at: TimeOfDay
    days: Annotated[frozenset[Weekday], Field(min_length=1)] = frozenset(WEEKDAYS)
    days_ahead: Annotated[int, Field(ge=0, le=14)] = 1
    retries: Annotated[int, Field(ge=0, le=20)] = 3
    retry_after_s: Annotated[int, Field(ge=1, le=86_400)] = 300
    paused: bool = False
    plan: PlanTemplate = PlanTemplate()


RunState = Literal["waiting", "planning", "planned", "cancelled", "failed", "refused", "missed"]


@plain_dataclass(frozen=True)
class ScheduleRun:
    """A run that was due. `plan_id` is its latest plan, `tries` how many there were.

    `waiting` for its (next) plan to be asked for; `planning`; `planned`: there are routes;
    `cancelled` by somebody; `failed` after all retries, `error_code` says why; `refused`: it could
    not be asked for, as on a day on which no truck drives; `missed`: its date was over.
    """

    due_at: datetime
    service_date: date
    state: RunState
    tries: int
    plan_id: str | None
    error_code: str | None


@plain_dataclass(frozen=True)
class StoredSchedule:
    """A schedule; `version` is its ETag."""

    item: Schedule
    version: int
    created_at: datetime
    updated_at: datetime


def put_schedule(
    db: Database,
    item: Schedule,
    *,
    expected: Expected,
    now: datetime,
    max_seconds: float,
    by: str = COMMAND_LINE,
) -> tuple[StoredSchedule, bool]:
    """Create or replace; whether it is new. What was due before now is not made up for.

    Raises Invalid (too many seconds), VersionMismatch, PreconditionRequired.
    """
    if (item.plan.seconds or 0) > max_seconds:
        text = f"a plan is solved for at most {max_seconds:g} seconds"
        raise Invalid(text, [FieldProblem("plan.seconds", text, str(item.plan.seconds))])
    with db.write() as tx:
        current = rows.fetch(tx, item.id, for_update=True)
        check_put(f"schedule {item.id!r}", current.version if current else None, expected)
        values = {"document": dump(Schedule, item), "done_until": now, "updated_at": now}
        if current is not None:
            rows.change(tx, item.id, version=current.version + 1, **values)
        elif not rows.add(tx, {"id": item.id, "version": 1, "created_at": now, **values}):
            check_put(f"schedule {item.id!r}", 1, expected)
        before = current.document if current is not None else {}
        told = {"changes": differences(before, values["document"])}
        action = "replaced" if current is not None else "created"
        note(tx, action, "schedules", item.id, by=by, now=now, detail=told)
        return _stored(_required(rows.fetch(tx, item.id), item.id)), current is None


def get_schedule(db: Database, schedule_id: str) -> StoredSchedule:
    """One schedule. Raises NotFound."""
    with db.read() as tx:
        return _stored(_required(rows.fetch(tx, schedule_id), schedule_id))


def list_schedules(
    db: Database, *, cursor: str | None = None, limit: int = 100
) -> Page[StoredSchedule]:
    """Schedules in order of id. Raises Invalid (`bad_cursor`)."""
    last, limit = decode(cursor), checked_limit(limit)
    with db.read() as tx:
        found = [_stored(row) for row in rows.fetch_after(tx, last, limit + 1)]
    return page_of(found, limit, lambda each: each.item.id)


def delete_schedule(
    db: Database,
    schedule_id: str,
    *,
    expected: ExpectedVersion,
    now: datetime,
    by: str = COMMAND_LINE,
) -> None:
    """End a schedule; its plans stay. Raises NotFound, VersionMismatch, PreconditionRequired."""
    with db.write() as tx:
        current = _required(rows.fetch(tx, schedule_id, for_update=True), schedule_id)
        check_version(f"schedule {schedule_id!r}", current.version, expected)
        rows.remove(tx, schedule_id)
        told = {"version": current.version, "item": current.document}
        note(tx, "deleted", "schedules", schedule_id, by=by, now=now, detail=told)


def schedule_runs(db: Database, schedule_id: str) -> tuple[ScheduleRun, ...]:
    """The latest runs, newest first. Raises NotFound."""
    with db.read() as tx:
        _required(rows.fetch(tx, schedule_id), schedule_id)
        found = rows.fetch_runs(tx, schedule_id, MOST_RUNS)
    return tuple(
        ScheduleRun(row.due_at, row.service_date, row.state, row.tries, row.plan_id, row.error_code)
        for row in found
    )


def _required(row: Row[Any] | None, schedule_id: str) -> Row[Any]:
    if row is None:
        raise NotFound(f"there is no schedule {schedule_id!r}")
    return row


def _stored(row: Row[Any]) -> StoredSchedule:
    item = load(Schedule, row.document)
    return StoredSchedule(item, row.version, row.created_at, row.updated_at)
