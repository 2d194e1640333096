"""What webhooks are to be told: written with the change itself, so neither is without the other."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from api.store import plans, webhooks
from api.store.ids import new_id


def tell(
    tx: Connection,
    plan_id: str,
    kind: str,
    *,
    by: str,
    now: datetime,
    version: int,
    detail: Mapping[str, Any],
) -> None:
    """Put a change of a plan into the outbox, for each webhook that wants to know of its kind."""
    wanting = [each for each in webhooks.fetch_all(tx) if kind in each.events]
    row = plans.fetch(tx, plan_id) if wanting else None
    if row is None:
        return
    told = {
        "type": f"plan.{kind}",
        "at": now.astimezone(UTC).isoformat(),
        "plan_id": plan_id,
        "service_date": row.service_date.isoformat(),
        "version": version,
        "by": by,
        "detail": dict(detail),
    }
    due = {"created_at": now, "state": "waiting", "tries": 0, "next_at": now}
    webhooks.add_deliveries(
        tx,
        [
            {
                "id": delivery_id,
                "webhook_id": each.id,
                "kind": kind,
                "body": json.dumps({"id": delivery_id, **told}, separators=(",", ":")),
                **due,
            }
            for each in wanting
            for delivery_id in [new_id(now)]
        ],
    )
