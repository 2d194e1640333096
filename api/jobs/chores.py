"""What has to be done every so often besides solving, by as many processes as there are."""

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from api.config import Settings
from api.jobs.fleets import for_each_fleet
from api.store import workers
from api.store.database import Database
from api.store.events import forget_positions
from api.store.files import bound_log
from api.store.states import fold_news
from api.store.webhooks import forget_before
from api.usecases.claims import free_plans_of_the_gone
from api.usecases.idempotency import forget_old
from api.usecases.names import worker_name
from api.usecases.readings import take_in_again
from api.usecases.timetable import run_schedules
from api.usecases.upkeep import prune

log = logging.getLogger(__name__)

TELL_EVERY = timedelta(seconds=5)
_SCHEDULES_EVERY = timedelta(seconds=2)
_FREE_EVERY = timedelta(seconds=2)
_BOUND_EVERY = timedelta(seconds=30)
_TIDY_EVERY = timedelta(hours=1)
_DELIVERIES_KEPT = timedelta(days=30)
_FORGOTTEN = timedelta(days=1)
_PRUNE_FOR_S = 10.0
"""So long at a time old readings are dropped: a plan may be waiting."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Chores:
    """Plans of schedules are asked for, those of workers that are gone are freed, and what is old
    is forgotten: fleet by fleet.
    """

    db: Database
    settings: Settings
    _looked: datetime = field(default=_LONG_AGO, init=False)
    _freed: datetime = field(default=_LONG_AGO, init=False)
    _bounded: datetime = field(default=_LONG_AGO, init=False)
    _tidied: datetime = field(default=_LONG_AGO, init=False)

    def do(self, now: datetime) -> None:
        """Do what is due. Raises StoreUnavailable."""
        if now > self._looked + _SCHEDULES_EVERY:
            self._looked = now
            due = partial(run_schedules, now=now, timezone=self.settings.timezone)
            for_each_fleet(self.db, due)
        if now > self._freed + _FREE_EVERY:
            self._freed = now
            for freed in for_each_fleet(self.db, partial(free_plans_of_the_gone, now=now)):
                for plan_id in freed:
                    log.warning("plan %s goes on: its worker is gone", plan_id)
        if now > self._bounded + _BOUND_EVERY:
            self._bounded = now
            bound_log(self.db)
        if now > self._tidied + _TIDY_EVERY:
            with self.db.write() as tx:
                workers.forget_silent(tx, now - _FORGOTTEN)
            for_each_fleet(self.db, partial(_tidy, now=now, settings=self.settings))
            self._tidied = now


def tell(db: Database, now: datetime) -> None:
    """Say that this worker is there; while it solves, the plan's heartbeat says so."""
    with db.write() as tx:
        workers.seen(tx, worker_name(), now)


def _tidy(db: Database, now: datetime, settings: Settings) -> None:
    with db.write() as tx:
        forget_old(tx, now=now)
        forget_before(tx, now - _DELIVERIES_KEPT)
        fold_news(tx)
        forget_positions(tx, now - timedelta(days=settings.positions_kept_days))
    take_in_again(db, now=now)
    until = time.monotonic() + _PRUNE_FOR_S
    prune(
        db,
        now=now,
        readings_kept=timedelta(days=settings.readings_kept_days),
        quarantine_kept=timedelta(days=settings.quarantine_kept_days),
        stopping=lambda: time.monotonic() > until,
    )
