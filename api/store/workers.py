"""Rows of workers, each saying from time to time that it is there."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from api.store.statements import add_new
from api.store.tables import plans, workers


def seen(tx: Connection, name: str, now: datetime) -> None:
    """Note that a worker is there."""
    mine = update(workers).where(workers.c.name == name)
    if tx.execute(mine.values(seen_at=now)).rowcount == 0:
        add_new(tx, workers, ["name"], [{"name": name, "seen_at": now}])


def heard_since(tx: Connection, since: datetime) -> set[str]:
    """Workers that said since then that they are there."""
    return set(tx.execute(select(workers.c.name).where(workers.c.seen_at >= since)).scalars())


def solving_since(tx: Connection, since: datetime) -> set[str]:
    """Workers that kept a lease alive since then: who solves says nothing else."""
    solving = select(plans.c.worker).where(
        plans.c.status == "running", plans.c.heartbeat_at >= since
    )
    return set(tx.execute(solving).scalars())


def forget_silent(tx: Connection, before: datetime) -> None:
    """Drop those not heard for long."""
    tx.execute(delete(workers).where(workers.c.seen_at < before))
