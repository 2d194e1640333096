"""The sweeper: sends plans that wait to Celery's broker, so that requests need no broker.

It keeps no books of what it sent. A worker that is free leaves no message lying there, so a plan
that waits while the broker has no message was never sent, or its message was lost with a worker or
the broker. Only then plans are sent. Any number of sweepers may run.
"""

import logging
import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event
from types import FrameType
from typing import Protocol

from api.config import Settings
from api.jobs.beside import start_beside
from api.jobs.chores import Chores
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.usecases.claims import waiting_plans
from api.usecases.ports import Clock, utc_now

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
_AFTER_FAILURE_S = 1.0


class BrokerUnavailable(Exception):  # noqa: N818  # it says what is the case
    """The broker is gone, refuses, or does not answer in time."""


class Broker(Protocol):
    """Where messages go. Both calls end within seconds. They raise BrokerUnavailable."""

    def waiting(self) -> int:
        """How many messages lie there that no worker has taken."""
        ...

    def send(self, plan_id: str) -> None:
        """Leave a message that a plan is to be run."""
        ...


def sweep(db: Database, broker: Broker, *, now: datetime) -> int:
    """Send the plans that wait if the broker has no message left; how many were sent.

    Raises StoreUnavailable, BrokerUnavailable: those not sent wait for the next time.
    """
    plans = waiting_plans(db, now=now, limit=MOST_AT_ONCE)
    if not plans or broker.waiting():
        return 0
    for plan_id in plans:
        broker.send(plan_id)
    return len(plans)


def keep_sweeping(
    db: Database,
    broker: Broker,
    *,
    settings: Settings,
    stopping: Callable[[], bool],
    wait: Callable[[float], object],
    clock: Clock = utc_now,
) -> None:
    """Sweep and do the chores until `stopping()`; nothing else ends it."""
    chores = Chores(db, settings)
    while not stopping():
        pause_s = settings.poll_s
        try:
            chores.do(clock())
            sent = sweep(db, broker, now=clock())
            if sent:
                log.info("%s plans sent", sent)
        except StoreUnavailable as error:
            log.warning("%s; trying again", error.detail)
            pause_s = _AFTER_FAILURE_S
        except BrokerUnavailable as error:
            log.warning("no broker: %s; trying again", error)
            pause_s = _AFTER_FAILURE_S
        except Exception:
            log.exception("this should not happen; trying again")
            pause_s = _AFTER_FAILURE_S
        wait(pause_s)


def run_sweeper(settings: Settings) -> None:
    """Sweep, do the chores, send webhooks and keep fill states fresh until SIGTERM or SIGINT.

    Raises ValueError without a broker in the settings.
    """
    from api.jobs.broker import CeleryBroker  # noqa: PLC0415  # needs the extra

    asked = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    broker = CeleryBroker(settings)
    db = Database(settings.database_url, busy_timeout_s=10)
    start_beside(db, settings, stopping=asked.is_set, wait=asked.wait)
    try:
        keep_sweeping(db, broker, settings=settings, stopping=asked.is_set, wait=asked.wait)
    finally:
        broker.close()
        db.close()
