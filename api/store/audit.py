"""Rows of the audit trail: they are added, and never changed or removed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from api.store.tables import audit


def add(
    tx: Connection,
    *,
    at: datetime,
    key_id: str,
    request_id: str,
    action: str,
    kind: str,
    ref: str,
    detail: Any,
) -> None:
    """Add an entry."""
    values = {"at": at, "key_id": key_id, "request_id": request_id, "action": action}
    tx.execute(insert(audit).values(**values, kind=kind, ref=ref, detail=detail))


def fetch_before(
    tx: Connection,
    last: int | None,
    limit: int,
    *,
    kind: str | None,
    ref: str | None,
    key_id: str | None,
) -> Sequence[Row[Any]]:
    """The newest entries, or those older than `last`."""
    wanted = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if last is not None:
        wanted = wanted.where(audit.c.id < last)
    for column, value in ((audit.c.kind, kind), (audit.c.ref, ref), (audit.c.key_id, key_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    return tx.execute(wanted).all()
