"""Claims on queued plans: taken, kept alive, and lost when a worker goes silent."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from api.config import Settings
from api.store import plans as rows
from api.store.database import Database
from api.store.documents import load
from api.store.plans import Lease
from api.usecases.errors import NotFound
from api.usecases.fleets import each_fleet
from api.usecases.names import is_gone, worker_name
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import PlanProgress
from api.usecases.trail import WORKER, note

log = logging.getLogger(__name__)

_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Claim:
    """A plan that this worker has until its lease ends; `token` fences off a late one.

    `is_replan`: its problem is there already.
    """

    plan_id: str
    token: int
    attempt: int
    request: PlanRequest
    created_at: datetime
    is_replan: bool = False

    @property
    def lease(self) -> Lease:
        return Lease(self.plan_id, self.token)


def claim_plan(
    db: Database, *, now: datetime, settings: Settings, plan_id: str | None = None
) -> Claim | None:
    """Take the oldest plan that is queued or whose worker went silent (or just `plan_id`).

    A plan out of attempts is marked failed with code `worker_lost` on the way.
    """
    with db.write() as tx:
        while (row := rows.fetch_claimable(tx, now, plan_id)) is not None:
            if row.attempt < settings.attempts:
                lease = rows.claim(
                    tx, row, worker=worker_name(), now=now, until=now + settings.lease
                )
                told = {"attempt": row.attempt + 1}
                note(tx, row.id, "started", by=WORKER, now=now, detail=told)
                request = load(PlanRequest, row.request)
                return Claim(
                    plan_id=row.id,
                    token=lease.token,
                    attempt=row.attempt + 1,
                    request=request,
                    created_at=row.created_at,
                    is_replan=row.base_plan_id is not None,
                )
            text = f"its worker went silent {row.attempt} times"
            rows.end(
                tx, row.id, status="failed", now=now, error_code="worker_lost", error_detail=text
            )
            note(tx, row.id, "failed", by=WORKER, now=now, detail={"code": "worker_lost"})
    return None


def free_plans_of_the_gone(
    db: Database, *, now: datetime, gone: Callable[[str], bool] = is_gone
) -> tuple[str, ...]:
    """End the leases of workers that are known to be gone; the plans that were theirs.

    A plan is then claimed again at once instead of after its lease. Whoever is taken for gone
    by mistake is fenced off as ever.
    """
    with db.read() as tx:
        running = rows.fetch_running(tx, now)
    freed = []
    for lease, worker in running:
        if gone(worker):
            with db.write() as tx:
                if rows.change(tx, lease, lease_until=now - _A_MOMENT):
                    freed.append(lease.plan_id)
    return tuple(freed)


def claim_any(db: Database, *, now: datetime, settings: Settings) -> tuple[Database, Claim] | None:
    """As `claim_plan`, of the fleet whose oldest plan waits longest; with the fleet's database."""
    for plan_id, mine in _waiting(db, now, 1):
        claim = claim_plan(mine, now=now, settings=settings)
        if claim is not None:
            return mine, claim
        log.debug("plan %s is taken by now", plan_id)
    return None


def waiting_plans(db: Database, *, now: datetime, limit: int) -> tuple[str, ...]:
    """The oldest plans of all fleets that could be claimed, without claiming them."""
    return tuple(plan_id for plan_id, _ in _waiting(db, now, limit)[:limit])


def _waiting(db: Database, now: datetime, limit: int) -> list[tuple[str, Database]]:
    """The oldest plans of each fleet, at most `limit`, in the order of their asking."""
    found: list[tuple[str, Database]] = []
    for mine in each_fleet(db):
        with mine.read() as tx:
            found += ((each, mine) for each in rows.fetch_claimable_ids(tx, now, limit))
    return sorted(found, key=lambda each: each[0])


def database_of_plan(db: Database, plan_id: str) -> Database:
    """The database for the fleet whose plan it is. Raises NotFound."""
    for mine in each_fleet(db):
        with mine.read() as tx:
            if rows.fetch(tx, plan_id) is not None:
                return mine
    raise NotFound(f"there is no plan {plan_id!r}")


def heartbeat(
    db: Database,
    claim: Claim,
    *,
    progress: PlanProgress | None,
    now: datetime,
    settings: Settings,
) -> bool:
    """Renew the lease. False: the plan was cancelled, or is another worker's by now."""
    values: dict[str, Any] = {"lease_until": now + settings.lease, "heartbeat_at": now}
    if progress is not None:
        values |= {"progress": asdict(progress)}
    with db.write() as tx:
        return rows.change(tx, claim.lease, **values)
