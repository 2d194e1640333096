"""Rows of readings that were kept aside."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, delete, select

from api.store.statements import add_new, batches
from api.store.tables import quarantine


class Problem(Protocol):
    """Why a reading is kept aside."""

    @property
    def reason(self) -> str: ...
    @property
    def detail(self) -> str: ...


def keep(
    tx: Connection, found: Sequence[tuple[Problem, Any]], key_id: str, received_at: datetime
) -> None:
    """Keep readings as they came; one that came before for the same reason is kept once."""
    rows = []
    for problem, element in found:
        raw = json.dumps(element)  # ASCII, with NaN and infinities as they are
        rows.append(
            {
                "received_at": received_at,
                "key_id": key_id,
                "reason": problem.reason,
                "detail": problem.detail,
                "raw": raw,
                "raw_hash": hashlib.sha256(raw.encode()).hexdigest(),
            }
        )
    add_new(tx, quarantine, ("raw_hash", "key_id", "reason"), rows)


def fetch_before(tx: Connection, last: int | None, limit: int) -> Sequence[Row[Any]]:
    """The newest rows, or those older than the row `last`."""
    statement = select(quarantine).order_by(quarantine.c.id.desc()).limit(limit)
    if last is not None:
        statement = statement.where(quarantine.c.id < last)
    return tx.execute(statement).all()


def fetch_of_reason(tx: Connection, reason: str, last: int, limit: int) -> Sequence[Row[Any]]:
    """Rows of a reason, oldest first, after the row `last`."""
    wanted = select(quarantine).where(quarantine.c.id > last, quarantine.c.reason == reason)
    return tx.execute(wanted.order_by(quarantine.c.id).limit(limit)).all()


def drop(tx: Connection, ids: Sequence[int]) -> None:
    """Forget these rows."""
    for part in batches(ids):
        tx.execute(delete(quarantine).where(quarantine.c.id.in_(part)))
