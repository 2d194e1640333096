"""All tables. Their history is in api/migrations; a test holds the two together.

Domain objects are kept whole as JSON (`document`), with columns beside it for what is
searched or referred to. `version` counts edits from 1. All but `fleets` and `workers` are tables
of fleets: each of their rows is one fleet's.
"""

from api.store.tables.base import (
    is_of_fleets,
    metadata,
)
from api.store.tables.catalogue import (
    bins,
    depots,
    disposal_sites,
    emptyings,
    fill_news,
    fill_states,
    pools,
    quarantine,
    readings,
    trucks,
)
from api.store.tables.planning import (
    driver_days,
    driver_events,
    photos,
    plan_changes,
    plan_documents,
    plans,
    schedule_runs,
    schedules,
)
from api.store.tables.service import (
    api_keys,
    audit,
    deliveries,
    fleets,
    idempotency,
    webhooks,
    workers,
)

__all__ = [
    "api_keys",
    "audit",
    "bins",
    "deliveries",
    "depots",
    "disposal_sites",
    "driver_days",
    "driver_events",
    "emptyings",
    "fill_news",
    "fill_states",
    "fleets",
    "idempotency",
    "is_of_fleets",
    "metadata",
    "photos",
    "plan_changes",
    "plan_documents",
    "plans",
    "pools",
    "quarantine",
    "readings",
    "schedule_runs",
    "schedules",
    "trucks",
    "webhooks",
    "workers",
]
