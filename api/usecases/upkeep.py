"""What keeps a service that runs for years from growing for years."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.store import pruning
from api.store.database import Database

_AT_ONCE = 2000
"""Rows a transaction: some hundredths of a second for which others wait."""


@dataclass(frozen=True)
class Pruned:
    """How many rows were dropped."""

    readings: int
    quarantined: int


def prune(
    db: Database,
    *,
    now: datetime,
    readings_kept: timedelta,
    quarantine_kept: timedelta,
    stopping: Callable[[], bool] = lambda: False,
    pause: Callable[[], object] = lambda: None,
) -> Pruned:
    """Drop readings older than they are kept, and those kept aside, in short transactions.

    `pause` lets others in between two of them; `stopping` ends it early, with all done that was.
    """
    counts = []
    for forget, before in (
        (pruning.forget_readings, now - readings_kept),
        (pruning.forget_quarantined, now - quarantine_kept),
    ):
        counts.append(_all_of(db, forget, before, stopping, pause))
    return Pruned(*counts)


def _all_of(
    db: Database,
    forget: Callable[[Connection, datetime, int], int],
    before: datetime,
    stopping: Callable[[], bool],
    pause: Callable[[], object],
) -> int:
    total = 0
    while not stopping():
        with db.write() as tx:
            dropped = forget(tx, before, _AT_ONCE)
        total += dropped
        if dropped == 0:
            break
        pause()
    return total
