"""Rows of who did what to a plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from api.store.tables import plan_changes


def add(
    tx: Connection,
    plan_id: str,
    *,
    kind: str,
    version: int,
    key_id: str,
    at: datetime,
    detail: Any,
) -> int:
    """Add a change; its number."""
    values = {"kind": kind, "version": version, "key_id": key_id, "at": at, "detail": detail}
    statement = insert(plan_changes).values(plan_id=plan_id, **values)
    return int(tx.execute(statement.returning(plan_changes.c.id)).scalar_one())


def fetch_of_plan(tx: Connection, plan_id: str) -> Sequence[Row[Any]]:
    """All changes of a plan in their order."""
    mine = select(plan_changes).where(plan_changes.c.plan_id == plan_id)
    return tx.execute(mine.order_by(plan_changes.c.id)).all()
