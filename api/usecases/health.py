"""Whether the service can work."""

from dataclasses import dataclass
from datetime import datetime

from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.store.plans import queue_state
from api.store.schema import is_current


@dataclass(frozen=True)
class Readiness:
    """`ready` if the database answers and has this code's schema.

    `oldest_queued_s`: for how long the oldest queued plan has been waiting.
    """

    ready: bool
    database: bool
    schema_current: bool
    queued: int
    running: int
    oldest_queued_s: float | None
    detail: str = ""


def readiness(db: Database, *, now: datetime) -> Readiness:
    """Never raises: a database that is gone is an answer."""
    try:
        if not is_current(db):
            text = "the tables are not those of this version; run `binrounds migrate`"
            return _not_ready(text, database=True)
        with db.read() as tx:
            queued, running, oldest = queue_state(tx)
    except StoreUnavailable as error:
        return _not_ready(error.detail, database=False)
    waited = None if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Readiness(
        ready=True,
        database=True,
        schema_current=True,
        queued=queued,
        running=running,
        oldest_queued_s=waited,
    )


def _not_ready(detail: str, *, database: bool) -> Readiness:
    return Readiness(
        ready=False,
        database=database,
        schema_current=False,
        queued=0,
        running=0,
        oldest_queued_s=None,
        detail=detail,
    )
