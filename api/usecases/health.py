"""Whether the service can work, part by part."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.store.plans import queue_state
from api.store.schema import is_current
from api.usecases.figures import workers_alive
from api.usecases.fleets import each_fleet

LEAST_FREE_BYTES = 200 * 1024 * 1024
"""With less room than this on its disk an SQLite database will be full soon."""
LONGEST_WAIT_S = 30.0
"""A plan that waits longer with no worker there waits for one."""


@dataclass(frozen=True)
class Part:
    """One part of the service. Without a `needed` one it cannot answer at all."""

    name: Literal["database", "schema", "disk", "worker"]
    up: bool
    needed: bool
    detail: str = ""


@dataclass(frozen=True)
class Readiness:
    """`ready` if every part that is needed is up; the others may be down for a while.

    `oldest_queued_s`: for how long the oldest queued plan has been waiting.
    """

    ready: bool
    parts: tuple[Part, ...]
    queued: int = 0
    running: int = 0
    workers: int = 0
    oldest_queued_s: float | None = None

    def down(self) -> tuple[Part, ...]:
        """The parts that are not up."""
        return tuple(each for each in self.parts if not each.up)


def readiness(db: Database, *, now: datetime) -> Readiness:
    """Never raises: a database that is gone is an answer."""
    disk = _disk(db)
    try:
        if not is_current(db):
            text = "the tables are not those of this version; run `binrounds migrate`"
            return _not_ready(_database(), Part("schema", False, True, text), *disk)
        queued, running, oldest = _queues(db)
        alive = workers_alive(db, now=now)
    except StoreUnavailable as error:
        return _not_ready(_database(error.detail), *disk)
    waited = None if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Readiness(
        ready=True,
        parts=(_database(), Part("schema", True, True), *disk, _worker(alive, waited)),
        queued=queued,
        running=running,
        workers=alive,
        oldest_queued_s=waited,
    )


def is_worker_there(db: Database, *, now: datetime) -> bool:
    """Whether any worker was heard lately, so that a queued plan will be made."""
    return workers_alive(db, now=now) > 0


def _queues(db: Database) -> tuple[int, int, datetime | None]:
    """As `queue_state`, of all fleets together."""
    queued, running, oldest = 0, 0, []
    for mine in each_fleet(db):
        with mine.read() as tx:
            more_queued, more_running, since = queue_state(tx)
        queued, running = queued + more_queued, running + more_running
        oldest += [since] if since else []
    return queued, running, min(oldest, default=None)


def _not_ready(*parts: Part) -> Readiness:
    return Readiness(ready=False, parts=parts)


def _database(trouble: str = "") -> Part:
    return Part("database", not trouble, True, trouble)


def _worker(alive: int, waited: float | None) -> Part:
    """Plans can be asked for without a worker; they wait."""
    lacking = not alive and waited is not None and waited > LONGEST_WAIT_S
    text = f"plans have been waiting for {waited:.0f} s and no worker was heard" if lacking else ""
    return Part("worker", not lacking, False, text)


def _disk(db: Database) -> tuple[Part, ...]:
    """The room that an SQLite file has; a server's disk is the server's own to watch."""
    if not db.is_sqlite or not db.url.database:
        return ()
    folder = Path(db.url.database).absolute().parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return (Part("disk", False, False, f"{error.strerror}"),)
    text = "" if free >= LEAST_FREE_BYTES else f"only {free // 2**20} MB are free for the database"
    return (Part("disk", not text, False, text),)
