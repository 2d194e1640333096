"""Rows of webhooks, and of the outbox of what they are to be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from api.store.tables import deliveries, webhooks

_SENT = deliveries.c


def add(tx: Connection, values: dict[str, Any]) -> None:
    """Add a webhook."""
    tx.execute(insert(webhooks).values(values))


def fetch_all(tx: Connection) -> Sequence[Row[Any]]:
    """All webhooks in order of their making."""
    return tx.execute(select(webhooks).order_by(webhooks.c.id)).all()


def fetch(tx: Connection, webhook_id: str) -> Row[Any] | None:
    """One webhook, or None."""
    return tx.execute(select(webhooks).where(webhooks.c.id == webhook_id)).first()


def remove(tx: Connection, webhook_id: str) -> bool:
    """Delete a webhook with all that it is still to be told; whether there was one."""
    return tx.execute(delete(webhooks).where(webhooks.c.id == webhook_id)).rowcount == 1


def add_deliveries(tx: Connection, values: Sequence[dict[str, Any]]) -> None:
    """Put into the outbox."""
    if values:
        tx.execute(insert(deliveries), list(values))


def fetch_deliveries(tx: Connection, webhook_id: str, limit: int) -> Sequence[Row[Any]]:
    """What a webhook was or is to be told, newest first."""
    mine = select(deliveries).where(_SENT.webhook_id == webhook_id)
    return tx.execute(mine.order_by(_SENT.id.desc()).limit(limit)).all()


def fetch_due(tx: Connection, now: datetime) -> Row[Any] | None:
    """The delivery that has been due longest, with its webhook's URL and secret; it is held."""
    statement = (
        select(deliveries, webhooks.c.url, webhooks.c.secret)
        .join(webhooks, webhooks.c.id == _SENT.webhook_id)
        .where(_SENT.next_at <= now)
        .order_by(_SENT.next_at, _SENT.id)
        .limit(1)
    )
    return tx.execute(statement.with_for_update(skip_locked=True, of=deliveries)).first()


def change(tx: Connection, delivery_id: str, seen: int, **values: Any) -> bool:
    """Write to a delivery if `seen` is still how often it was tried; whether it was."""
    mine = update(deliveries).where(_SENT.id == delivery_id, _SENT.tries == seen)
    return tx.execute(mine.values(values)).rowcount == 1


def forget_before(tx: Connection, before: datetime) -> None:
    """Drop what was settled and is older."""
    tx.execute(delete(deliveries).where(_SENT.next_at.is_(None), _SENT.created_at < before))
