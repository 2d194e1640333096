"""Who did what to a plan: kept in the transaction that did it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from api.store import changes
from api.store import plans as rows
from api.store.database import Database
from api.usecases import audit
from api.usecases.errors import NotFound
from api.usecases.webhooks.outbox import tell

ChangeKind = Literal[
    "queued", "started", "done", "failed", "cancelled", "published", "superseded", "edited"
]

WORKER = "worker"
"""Stands for whoever runs plans, where else the id of a key stands."""


@dataclass(frozen=True)
class PlanChange:
    """One change of a plan. `by` is the id of a key, `worker`, or `cli` for the command line.

    `detail` depends on `kind`: started {attempt}; done {cost_eur}; failed {code};
    published {instead_of}: the plan that it superseded, or null; superseded {by_plan};
    edited {edits}: as they were sent.
    """

    kind: ChangeKind
    version: int
    by: str
    at: datetime
    detail: dict[str, Any]


def note(
    tx: Connection,
    plan_id: str,
    kind: ChangeKind,
    *,
    by: str,
    now: datetime,
    version: int = 1,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Keep that this happened, and that webhooks are to be told. `version` is the plan's now."""
    known = dict(detail or {})
    if by != WORKER:
        audit.note(tx, kind, "plans", plan_id, by=by, now=now, detail={**known, "version": version})
    changes.add(tx, plan_id, kind=kind, version=version, key_id=by, at=now, detail=known)
    tell(tx, plan_id, kind, by=by, now=now, version=version, detail=known)


def plan_changes(db: Database, plan_id: str) -> tuple[PlanChange, ...]:
    """All that happened to a plan, in order. Raises NotFound."""
    with db.read() as tx:
        if rows.fetch(tx, plan_id) is None:
            raise NotFound(f"there is no plan {plan_id!r}")
        found = changes.fetch_of_plan(tx, plan_id)
    return tuple(PlanChange(row.kind, row.version, row.key_id, row.at, row.detail) for row in found)
