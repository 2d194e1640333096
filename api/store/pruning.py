"""Forgets old rows, few at a time: each call is a short transaction's work."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from api.store.statements import batches
from api.store.tables import quarantine, readings


def forget_readings(tx: Connection, before: datetime, at_most: int) -> int:
    """Drop the oldest readings from before that time, about `at_most`; how many."""
    time = readings.c.time
    # By a bound in time, not by keys: the oldest readings lie side by side.
    old = select(time).where(time < before).order_by(time).offset(at_most).limit(1)
    bound = tx.execute(old).scalar()
    dropped = tx.execute(delete(readings).where(time < (before if bound is None else bound)))
    if bound is not None and dropped.rowcount == 0:  # more than `at_most` of one instant
        dropped = tx.execute(delete(readings).where(time == bound))
    return int(dropped.rowcount)


def forget_quarantined(tx: Connection, before: datetime, at_most: int) -> int:
    """The same for readings kept aside, by when they came."""
    columns = quarantine.c
    old = select(columns.id).where(columns.received_at < before).order_by(columns.id)
    found = tx.execute(old.limit(at_most)).scalars().all()
    for part in batches(found):
        tx.execute(delete(quarantine).where(columns.id.in_(part)))
    return len(found)
