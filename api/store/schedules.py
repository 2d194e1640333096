"""Rows of schedules and of their runs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from api.store.statements import add_new
from api.store.tables import schedule_runs, schedules

_RUN = schedule_runs.c


def fetch(tx: Connection, schedule_id: str, *, for_update: bool = False) -> Row[Any] | None:
    """One schedule's row, or None."""
    statement = select(schedules).where(schedules.c.id == schedule_id)
    return tx.execute(statement.with_for_update() if for_update else statement).first()


def fetch_after(tx: Connection, last: str | None, limit: int) -> Sequence[Row[Any]]:
    """Schedules in order of id, after `last`."""
    statement = select(schedules).order_by(schedules.c.id).limit(limit)
    if last is not None:
        statement = statement.where(schedules.c.id > last)
    return tx.execute(statement).all()


def fetch_free(tx: Connection) -> Sequence[Row[Any]]:
    """All schedules that no other worker is looking at; they are held."""
    statement = select(schedules).order_by(schedules.c.id)
    return tx.execute(statement.with_for_update(skip_locked=True)).all()


def add(tx: Connection, values: dict[str, Any]) -> bool:
    """Add a schedule; False if its id is taken."""
    return add_new(tx, schedules, ["id"], [values]) == 1


def change(tx: Connection, schedule_id: str, **values: Any) -> None:
    """Write to a schedule whose row is held."""
    tx.execute(update(schedules).where(schedules.c.id == schedule_id).values(values))


def remove(tx: Connection, schedule_id: str) -> None:
    """Delete a schedule with its runs; their plans stay."""
    tx.execute(delete(schedules).where(schedules.c.id == schedule_id))


def add_run(tx: Connection, values: dict[str, Any]) -> None:
    """Add a run."""
    tx.execute(insert(schedule_runs).values(values))


def fetch_runs(tx: Connection, schedule_id: str, limit: int) -> Sequence[Row[Any]]:
    """A schedule's runs, latest first."""
    mine = select(schedule_runs).where(_RUN.schedule_id == schedule_id)
    return tx.execute(mine.order_by(_RUN.due_at.desc()).limit(limit)).all()


def fetch_due_runs(tx: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Runs that something is to be done about, each with its schedule's document; held."""
    statement = (
        select(schedule_runs, schedules.c.document)
        .join(schedules, schedules.c.id == _RUN.schedule_id)
        .where(_RUN.next_at <= now)
        .order_by(_RUN.due_at)
        .limit(100)
    )
    return tx.execute(statement.with_for_update(skip_locked=True, of=schedule_runs)).all()


def change_run(tx: Connection, run: Row[Any], **values: Any) -> None:
    """Write to a run whose row is held."""
    mine = update(schedule_runs).where(
        _RUN.schedule_id == run.schedule_id, _RUN.due_at == run.due_at
    )
    tx.execute(mine.values(values))
